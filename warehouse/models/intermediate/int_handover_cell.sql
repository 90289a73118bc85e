-- Grain: one row per region, period, unit of R5 and standing.
-- Inputs: int_handover.
-- Caveats: the count of handovers decides suppression and is not published.
with cell as (
    {{ in_cells(ref('int_handover'), 'seized_date', 'region_code') }}
)

select
    cell_region,
    cell_period,
    unit,
    standing,
    sum(quantity_value) as numerator,
    count(distinct handover_no) as handovers
from cell
where unit is not null
group by cell_region, cell_period, unit, standing

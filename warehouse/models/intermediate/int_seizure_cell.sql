-- Grain: one row per region, period and unit of R5.
-- Inputs: int_seizure.
-- Caveats: the number of cases decides suppression and is not published.
with cell as (
    {{ in_cells(ref('int_seizure'), 'seized_date', 'seized_region_code') }}
)

select
    cell_region,
    cell_period,
    unit,
    count(distinct police_case_no) as cases
from cell
where standing = 'settled' and amount is not null
group by cell_region, cell_period, unit

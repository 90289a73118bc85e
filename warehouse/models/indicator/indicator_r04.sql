-- Grain: one row per region, period and unit of R4.
-- Definition: suspects by date of arrest, region of the arrest; persons and person-cases.
-- Inputs: stg_police_case_suspect, int_mention.
-- Caveats: persons do not add up over periods.
with cell as (
    {{ in_cells(ref('stg_police_case_suspect'), 'arrested_date', 'arrest_region_code') }}
),

counted as (
    select
        cell.*,
        mention.person_id
    from cell
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_case_suspect' and cell.record_key = mention.record_key
),

measured as (
    select
        cell_region,
        cell_period,
        'person' as unit,
        count(distinct person_id) as numerator,
        null as denominator
    from counted
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'event' as unit,
        count(*) as numerator,
        null as denominator
    from counted
    group by cell_region, cell_period
)

{{ on_grid('R4') }}

-- Grain: one row per region, period and unit of R24.
-- Definition: persons registered before the end of the period, by status then; new ones of the period.
-- Inputs: int_register_person, indicator_r17.
-- Caveats: before its date a status counts as 现有吸毒.
with stock as (
    {{ at_period_end(ref('int_register_person'), 'region_code') }}
),

cell as (
    select
        *,
        case when register_status_date < cell_end then register_status else '现有吸毒' end as status_then
    from stock
    where first_detected_date < cell_end
),

new_person as (
    {{ in_cells(ref('int_register_person'), 'first_detected_date', 'region_code') }}
),

measured as (
    select
        cell_region,
        cell_period,
        'person_cumulative' as unit,
        count(*) as numerator,
        null as denominator
    from cell
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'person_current' as unit,
        count(*) as numerator,
        null as denominator
    from cell
    where status_then = '现有吸毒'
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'person_abstinent' as unit,
        count(*) as numerator,
        null as denominator
    from cell
    where status_then = '戒断三年未复吸'
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'person_new' as unit,
        count(*) as numerator,
        null as denominator
    from new_person
    group by cell_region, cell_period
)

{{ on_grid('R24') }}

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
    {{ measure({
        'person_cumulative': ['count(*)'],
        'person_current': ["count(*) filter (where status_then = '现有吸毒')"],
        'person_abstinent': ["count(*) filter (where status_then = '戒断三年未复吸')"]
    }) }}
    union all
    {{ measure({'person_new': ['count(*)']}, 'new_person') }}
)

{{ on_grid('R24') }}

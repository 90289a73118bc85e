-- Grain: one row per region, period and unit of R26.
-- Definition: age in completed years at first detection: median, shares under 18, 25, 35.
-- Inputs: int_register_person.
-- Caveats: persons without a known birth date are left out.
with cell as (
    {{ in_cells(ref('int_register_person'), 'first_detected_date', 'region_code') }}
),

known as (
    select *
    from cell
    where age_at_detection is not null
),

measured as (
    {{ measure({
        'median_age': ['median(age_at_detection)', 'count(*)'],
        'share_under_18': ['count(*) filter (where age_at_detection < 18)', 'count(*)'],
        'share_under_25': ['count(*) filter (where age_at_detection < 25)', 'count(*)'],
        'share_under_35': ['count(*) filter (where age_at_detection < 35)', 'count(*)']
    }, 'known') }}
)

{{ on_grid('R26') }}

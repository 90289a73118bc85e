-- Grain: one row per region, period and unit of R26.
-- Definition: age in completed years at first detection: median, shares under 18, 25, 35.
-- Inputs: int_register_person.
-- Caveats: persons without a known birth date are left out. Of a withheld row nobody reads the birth date: in the range
-- its person is in the share and beside it.
with cell as (
    {{ in_cells(ref('int_register_person'), 'first_detected_date', 'region_code') }}
),

known as (
    select *
    from cell
    where age_at_detection is not null
    {% for age in (0, 100) %}
        union all
        select * replace ({{ age }} as age_at_detection)
        from cell
        where age_at_detection is null and standing = 'withheld'
    {% endfor %}
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

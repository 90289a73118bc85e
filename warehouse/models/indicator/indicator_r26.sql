-- Grain: one row per region, period and unit of R26.
-- Definition: age in completed years at first detection: median, shares under 18, 25, 35.
-- Inputs: int_register_person.
-- Caveats: persons without a known birth date are left out.
with cell as (
    {{ in_cells(ref('int_register_person'), 'first_detected_date', 'region_code') }}
),

measured as (
    select
        cell_region,
        cell_period,
        'median_age' as unit,
        median(age_at_detection) as numerator,
        count(*) as denominator
    from cell
    where age_at_detection is not null
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'share_under_18' as unit,
        count(*) filter (where age_at_detection < 18) as numerator,
        count(*) as denominator
    from cell
    where age_at_detection is not null
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'share_under_25' as unit,
        count(*) filter (where age_at_detection < 25) as numerator,
        count(*) as denominator
    from cell
    where age_at_detection is not null
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'share_under_35' as unit,
        count(*) filter (where age_at_detection < 35) as numerator,
        count(*) as denominator
    from cell
    where age_at_detection is not null
    group by cell_region, cell_period
)

{{ on_grid('R26') }}

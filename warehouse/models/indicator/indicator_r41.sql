-- Grain: one row per region, period and unit of R41.
-- Definition: persons held in facilities of compulsory treatment per bed, in the last month of the period, region of
-- the facility.
-- Inputs: stg_rehab_facility_month.
-- Caveats: above 1 where a facility is overcrowded.
with stock as (
    {{ at_period_end(reported('rehab_facility_month'), 'region_code') }}
),

cell as (
    select *
    from stock
    where report_month = strftime(cell_end - interval 1 day, '%Y-%m')
),

measured as (
    {{ measure({
        'occupancy': ["sum(occupied)", "sum(beds)"]
    }) }}
)

{{ on_grid('R41') }}

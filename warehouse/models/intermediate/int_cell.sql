-- Grain: one row per region and report period.
-- Inputs: int_region, seed report_period.
-- Caveats: none.
select
    region.region_code,
    region.region_level,
    period.period_id
from {{ ref('int_region') }} as region
cross join {{ ref('report_period') }} as period

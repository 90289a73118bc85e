-- Grain: one row per facility and month.
-- Inputs: stg_health_facility_month.
-- Caveats: in health, not core: name and kind of a facility give an illness away.
select
    facility_code,
    report_month,
    facility_name,
    facility_type,
    region_code,
    beds,
    in_treatment,
    newly_enrolled,
    dropped_out,
    test_coverage
from {{ ref('stg_health_facility_month') }}
order by facility_code, report_month

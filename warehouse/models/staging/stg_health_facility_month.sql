-- Grain: one row per current, not deleted record of health_facility_month.
-- Inputs: the resolved records of health_facility_month.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    facility_code,
    report_month,
    facility_name,
    facility_type,
    region_code,
    beds::integer as beds,
    in_treatment::integer as in_treatment,
    newly_enrolled::integer as newly_enrolled,
    dropped_out::integer as dropped_out,
    test_coverage::double as test_coverage
from {{ records('health_facility_month') }}
where is_current and not is_deleted

-- Grain: one row per current, not deleted record of health_certificate.
-- Inputs: the resolved records of health_certificate.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    certificate_no,
    judgment_case_no,
    facility_code,
    issued_date::date as issued_date,
    conclusion
from {{ records('health_certificate') }}
where is_current and not is_deleted

-- Grain: one row per current, not deleted record of police_custody.
-- Inputs: the resolved records of police_custody.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    custody_no,
    residence_code,
    custody_type,
    facility_name,
    region_code,
    custody_ground,
    filing_doc_no,
    order_doc_no,
    judgment_case_no,
    admitted_date::date as admitted_date,
    refused::boolean as refused,
    refusal_reason,
    released_date::date as released_date,
    destination,
    transfer_doc_no
from {{ records('police_custody') }}
where is_current and not is_deleted

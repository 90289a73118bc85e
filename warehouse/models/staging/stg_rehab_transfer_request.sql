-- Grain: one row per current, not deleted record of rehab_transfer_request.
-- Inputs: the resolved records of rehab_transfer_request.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    transfer_request_no,
    order_doc_no,
    requesting_region_code,
    requested_date::date as requested_date,
    transfer_outcome,
    outcome_date::date as outcome_date,
    refusal_reason,
    transfer_doc_no
from {{ records('rehab_transfer_request') }}
where is_current and not is_deleted

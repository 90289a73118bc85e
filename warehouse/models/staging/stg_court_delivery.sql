-- Grain: one row per current, not deleted record of court_delivery.
-- Inputs: the resolved records of court_delivery.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    court_case_no,
    defendant_seq::integer as defendant_seq,
    effective_date::date as effective_date,
    documents_delivered_date::date as documents_delivered_date,
    execution_notice_no,
    receiving_agency,
    outside_execution,
    outside_execution_date::date as outside_execution_date,
    not_held_reason
from {{ records('court_delivery') }}
where is_current and not is_deleted

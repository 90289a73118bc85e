-- Grain: one row per current, not deleted record of handoff_answer.
-- Inputs: the resolved records of handoff_answer.
-- Caveats: no persons but who answers; taking an answer back deletes its record.
select
    record_key,
    source_row_token,
    handoff_id,
    agency_code,
    answer as answer_name,
    done_date::date as done_date,
    decided_date::date as decided_date,
    article,
    document_no,
    note,
    signed_by,
    signed_office,
    signed_date::date as signed_date
from {{ records('handoff_answer') }}
where is_current and not is_deleted

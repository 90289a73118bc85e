-- Grain: one row per current, not deleted record of aviation_interception.
-- Inputs: the resolved records of aviation_interception.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    interception_no,
    region_code,
    intercepted_date::date as intercepted_date,
    trace_result,
    traced_date::date as traced_date,
    handover_no
from {{ records('aviation_interception') }}
where is_current and not is_deleted

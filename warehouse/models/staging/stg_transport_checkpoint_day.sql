-- Grain: one row per current, not deleted record of transport_checkpoint_day.
-- Inputs: the resolved records of transport_checkpoint_day.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    checkpoint_code,
    report_date::date as report_date,
    passed::integer as passed,
    inspected::integer as inspected,
    seizures::integer as seizures
from {{ records('transport_checkpoint_day') }}
where is_current and not is_deleted

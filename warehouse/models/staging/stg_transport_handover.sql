-- Grain: one row per current, not deleted record of transport_handover.
-- Inputs: the resolved records of transport_handover.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    handover_no,
    handover_seq::integer as handover_seq,
    checkpoint_code,
    seized_date::date as seized_date,
    drug_code,
    drug_category,
    quantity_kind,
    quantity_value::decimal(18, 3) as quantity_value,
    handed_over_date::date as handed_over_date
from {{ records('transport_handover') }}
where is_current and not is_deleted

-- Grain: one row per person and item handed over by a checkpoint.
-- Inputs: stg_transport_handover, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.checkpoint_code,
    record.seized_date,
    record.drug_code,
    record.drug_category,
    record.quantity_kind,
    record.quantity_value,
    record.handed_over_date
{{ visible_rows('transport_handover', 'record.seized_date') }}
order by record.source_row_token

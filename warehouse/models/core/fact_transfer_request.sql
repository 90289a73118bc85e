-- Grain: one row per request for transfer to rehabilitation.
-- Inputs: stg_rehab_transfer_request, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.requesting_region_code,
    record.requested_date,
    record.transfer_outcome,
    record.outcome_date
{{ visible_rows('rehab_transfer_request', 'record.requested_date') }}
order by record.source_row_token

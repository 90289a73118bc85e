-- Grain: one row per person and supervision.
-- Inputs: stg_corrections_supervision, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.supervising_region_code,
    record.received_date,
    record.lifted_date
{{ visible_rows('corrections_supervision', 'record.received_date') }}
order by record.source_row_token

-- Grain: one row per judgment and defendant to be carried out.
-- Inputs: stg_court_delivery, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.effective_date,
    record.documents_delivered_date,
    record.receiving_agency
{{ visible_rows('court_delivery', 'record.effective_date') }}
order by record.source_row_token

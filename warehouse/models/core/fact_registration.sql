-- Grain: one row per register row of an active person.
-- Inputs: stg_police_drug_user, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.register_region_code,
    record.first_detected_date,
    record.drug_code,
    record.drug_category,
    record.register_status,
    record.register_status_date,
    record.control_end_date
{{ visible_rows('police_drug_user', 'record.first_detected_date') }}
order by record.source_row_token

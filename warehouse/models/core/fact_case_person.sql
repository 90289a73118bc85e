-- Grain: one row per suspect of a case.
-- Inputs: stg_police_case_suspect, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.case_type_code,
    record.handling_region_code,
    record.arrest_region_code,
    record.filed_date,
    record.solved_date,
    record.arrested_date,
    record.detained_date
{{ visible_rows('police_case_suspect', 'coalesce(record.arrested_date, record.filed_date)') }}
order by record.source_row_token

-- Grain: one row per test due or done.
-- Inputs: stg_police_drug_test, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.test_occasion,
    record.test_region_code,
    record.due_date,
    record.tested_date,
    record.test_result,
    record.drug_code,
    record.drug_category
{{ visible_rows('police_drug_test', 'coalesce(record.tested_date, record.due_date)') }}
order by record.source_row_token

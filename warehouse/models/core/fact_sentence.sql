-- Grain: one row per defendant of a judgment.
-- Inputs: stg_court_judgment, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.court_region_code,
    record.instance,
    record.offence_name,
    record.judgment_date,
    record.penalty,
    record.term_months,
    record.suspended,
    record.effective_date,
    record.stayed,
    record.recidivist
{{ visible_rows('court_judgment', 'record.judgment_date') }}
order by record.source_row_token

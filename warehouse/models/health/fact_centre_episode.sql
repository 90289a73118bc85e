-- Grain: one row per episode in a special-care centre.
-- Inputs: stg_health_centre_episode, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.facility_code,
    record.admitted_date,
    record.discharged_date
{{ visible_rows('health_centre_episode', 'record.admitted_date') }}
order by record.source_row_token

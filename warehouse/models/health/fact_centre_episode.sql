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
from {{ ref('stg_health_centre_episode') }} as record
inner join {{ ref('int_visible_mention') }} as person
    on record.record_key = person.record_key and person.dataset = 'health_centre_episode'
where not {{ is_minor('person.birth_date', 'record.admitted_date') }}
order by record.source_row_token

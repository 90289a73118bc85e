-- Grain: one row per episode in a special-care centre.
-- Inputs: stg_health_centre_episode, int_mention, dim_person.
-- Caveats: no source keys or case numbers; the vault resolves the token.
select
    record.source_row_token,
    person.person_id,
    mention.case_id,
    record.facility_code,
    record.admitted_date,
    record.discharged_date
from {{ ref('stg_health_centre_episode') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'health_centre_episode' and record.record_key = mention.record_key
inner join {{ ref('dim_person') }} as person on mention.person_id = person.person_id

order by record.source_row_token

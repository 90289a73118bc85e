-- Grain: one row per register row of an active person.
-- Inputs: stg_police_drug_user, int_mention, dim_person.
-- Caveats: no source keys or case numbers; the vault resolves the token.
select
    record.source_row_token,
    person.person_id,
    record.register_region_code,
    record.first_detected_date,
    record.drug_code,
    record.drug_category,
    record.register_status,
    record.register_status_date,
    record.control_end_date
from {{ ref('stg_police_drug_user') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'police_drug_user' and record.record_key = mention.record_key
inner join {{ ref('dim_person') }} as person on mention.person_id = person.person_id

order by record.source_row_token

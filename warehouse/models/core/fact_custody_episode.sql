-- Grain: one row per admission to a prison.
-- Inputs: stg_prison_admission, int_mention, dim_person.
-- Caveats: no source keys or case numbers; the vault resolves the token.
select
    record.source_row_token,
    person.person_id,
    mention.case_id,
    record.prison_region_code,
    record.offence_name,
    record.admitted_date,
    record.released_date,
    record.refused
from {{ ref('stg_prison_admission') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'prison_admission' and record.record_key = mention.record_key
inner join {{ ref('dim_person') }} as person on mention.person_id = person.person_id

order by record.source_row_token

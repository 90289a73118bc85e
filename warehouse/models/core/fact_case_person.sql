-- Grain: one row per suspect of a case.
-- Inputs: stg_police_case_suspect, int_mention, dim_person.
-- Caveats: no source keys or case numbers; the vault resolves the token.
select
    record.source_row_token,
    person.person_id,
    mention.case_id,
    record.case_type_code,
    record.handling_region_code,
    record.arrest_region_code,
    record.filed_date,
    record.solved_date,
    record.arrested_date,
    record.detained_date
from {{ ref('stg_police_case_suspect') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'police_case_suspect' and record.record_key = mention.record_key
inner join {{ ref('dim_person') }} as person on mention.person_id = person.person_id

order by record.source_row_token

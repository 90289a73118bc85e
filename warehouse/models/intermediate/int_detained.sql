-- Grain: one row per suspect of a case who was detained.
-- Inputs: stg_police_case_suspect, stg_police_custody, int_mention.
-- Caveats: admitted is who has an admission to a detention centre in the same case.
with admitted as (
    select distinct mention.party_id
    from {{ ref('stg_police_custody') }} as custody
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_custody' and custody.record_key = mention.record_key
    where custody.custody_type = '看守所' and not custody.refused
)

select
    suspect.record_key,
    suspect.source_row_token,
    mention.person_id,
    mention.party_id,
    suspect.handling_region_code,
    suspect.detained_date,
    admitted.party_id is not null as is_admitted
from {{ ref('stg_police_case_suspect') }} as suspect
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'police_case_suspect' and suspect.record_key = mention.record_key
left join admitted on mention.party_id = admitted.party_id
where suspect.detained_date is not null

-- Grain: one row per release from prison on parole.
-- Inputs: stg_prison_admission, stg_corrections_supervision, int_mention.
-- Caveats: prisons do not say why they release: a supervision on parole in the same case does.
with parole as (
    select mention.party_id
    from {{ ref('stg_corrections_supervision') }} as supervision
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'corrections_supervision' and supervision.record_key = mention.record_key
    where supervision.supervision_category = '假释'
)

select distinct record.*
from {{ ref('stg_prison_admission') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'prison_admission' and record.record_key = mention.record_key
inner join parole on mention.party_id = parole.party_id
where not record.refused

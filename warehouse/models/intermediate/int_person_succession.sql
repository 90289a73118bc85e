-- Grain: one row per person of the previous release and person of today its mentions belong to.
-- Inputs: the mentions of the previous release, int_mention.
-- Caveats: a person of whom no mention is left has one row without a person of today.
with pair as (
    select
        former.person_id as former_id,
        mention.person_id,
        count(*) as mentions
    from {{ previous('mention') }} as former
    left join {{ ref('int_mention') }} as mention
        on
            former.dataset = mention.dataset
            and former.record_key = mention.record_key
            and former.person_group = mention.person_group
    group by former.person_id, mention.person_id
)

select
    former_id,
    person_id,
    mentions,
    count(person_id) over (partition by former_id) as persons_today,
    count(*) over (partition by person_id) as persons_then
from pair
qualify person_id is not null or persons_today = 0

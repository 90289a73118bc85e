-- Grain: one row per release, event, former person and person of today.
-- Inputs: int_person_succession, the events of the previous release.
-- Caveats: depends on which releases there were, so it is left out when a rebuild is compared.
with event as (
    select
        'split' as event,
        *
    from {{ ref('int_person_succession') }}
    where persons_today > 1
    union all
    select
        'merge' as event,
        *
    from {{ ref('int_person_succession') }}
    where person_id is not null and persons_then > 1
    union all
    select
        'renamed' as event,
        *
    from {{ ref('int_person_succession') }}
    where persons_today = 1 and persons_then = 1 and former_id <> person_id
    union all
    select
        'gone' as event,
        *
    from {{ ref('int_person_succession') }}
    where persons_today = 0
)

select
    '{{ var("release_id", "") }}' as release_id,
    '{{ var("previous_release_id", "") or "" }}' as previous_release_id,
    event,
    former_id,
    person_id,
    mentions
from event
union all
select
    release_id,
    previous_release_id,
    event,
    former_id,
    person_id,
    mentions
from {{ previous('person_event') }}
order by all

-- Grain: one row per id a person has or had and person of today it leads to.
-- Inputs: the identities, int_person, int_person_succession, the aliases of the previous release.
-- Caveats: an id of whom no record is left leads to no person. Ids that were never published are those mentions would
-- have lent: they resolve ids of releases that are not kept.
with former as (
    select
        former_id,
        person_id,
        true as was_published
    from {{ ref('int_person_succession') }}
    union all
    select
        earlier.former_id,
        succession.person_id,
        true as was_published
    from {{ previous('person_alias') }} as earlier
    left join {{ ref('int_person_succession') }} as succession on earlier.person_id = succession.former_id
    where earlier.was_published
),

known as (
    select
        former_id,
        person_id,
        was_published
    from former
    union all
    select
        alias.former_id,
        alias.person_id,
        alias.former_id in (select person.person_id from {{ ref('int_person') }} as person)
        or alias.former_id in (select former.former_id from former) as was_published
    from {{ identity('alias') }} as alias
)

select distinct
    former_id,
    person_id,
    was_published
from known
qualify person_id is not null or count(person_id) over (partition by former_id) = 0
order by former_id, person_id

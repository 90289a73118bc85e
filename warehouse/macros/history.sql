{#- Persons or cases (`kind`) of the previous release, and those of today that their mentions belong to. -#}
{% macro succession(kind) -%}
with pair as (
    select
        former.{{ kind }}_id as former_id,
        mention.{{ kind }}_id,
        count(*) as mentions
    from {{ previous('mention') }} as former
    left join {{ ref('int_mention') }} as mention
        on
            former.dataset = mention.dataset
            and former.record_key = mention.record_key
            and former.person_group = mention.person_group
    where former.{{ kind }}_id is not null
    group by former.{{ kind }}_id, mention.{{ kind }}_id
)

select
    former_id,
    {{ kind }}_id,
    mentions,
    count({{ kind }}_id) over (partition by former_id) as {{ kind }}s_today,
    count(*) over (partition by {{ kind }}_id) as {{ kind }}s_then
from pair
qualify {{ kind }}_id is not null or {{ kind }}s_today = 0
{%- endmacro %}

{#- Splits, merges, changed and lost ids since the previous release, and those listed by the release before (`kept`). -#}
{% macro succession_events(kind, kept) -%}
with event as (
    select
        'split' as event,
        *
    from {{ ref('int_' ~ kind ~ '_succession') }}
    where {{ kind }}s_today > 1
    union all
    select
        'merge' as event,
        *
    from {{ ref('int_' ~ kind ~ '_succession') }}
    where {{ kind }}_id is not null and {{ kind }}s_then > 1
    union all
    select
        'renamed' as event,
        *
    from {{ ref('int_' ~ kind ~ '_succession') }}
    where {{ kind }}s_today = 1 and {{ kind }}s_then = 1 and former_id <> {{ kind }}_id
    union all
    select
        'gone' as event,
        *
    from {{ ref('int_' ~ kind ~ '_succession') }}
    where {{ kind }}s_today = 0
)

select
    '{{ var("release_id", "") }}' as release_id,
    '{{ var("previous_release_id", "") or "" }}' as previous_release_id,
    event,
    former_id,
    {{ kind }}_id,
    mentions
from event
union all
select
    release_id,
    previous_release_id,
    event,
    former_id,
    {{ kind }}_id,
    mentions
from {{ previous(kept) }}
order by all
{%- endmacro %}

{#- Every id a person or case (`kind`) has or had with what it leads to; `alias` are the ids mentions would have lent. -#}
{% macro former_ids(kind, alias, of_today) -%}
with former as (
    select
        former_id,
        {{ kind }}_id,
        true as was_published
    from {{ ref('int_' ~ kind ~ '_succession') }}
    union all
    select
        earlier.former_id,
        succession.{{ kind }}_id,
        true as was_published
    from {{ previous(kind ~ '_alias') }} as earlier
    left join {{ ref('int_' ~ kind ~ '_succession') }} as succession on earlier.{{ kind }}_id = succession.former_id
    where earlier.was_published
),

known as (
    select
        former_id,
        {{ kind }}_id,
        was_published
    from former
    union all
    select
        alias.former_id,
        alias.{{ kind }}_id,
        alias.former_id in (select today.{{ kind }}_id from {{ ref(of_today) }} as today)
        or alias.former_id in (select former.former_id from former) as was_published
    from {{ identity(alias) }} as alias
)

select distinct
    former_id,
    {{ kind }}_id,
    was_published
from known
qualify {{ kind }}_id is not null or count({{ kind }}_id) over (partition by former_id) = 0
order by former_id, {{ kind }}_id
{%- endmacro %}

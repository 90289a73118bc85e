-- Grain: one row per person with a register row that says when the person was first detected, and standing.
-- Inputs: stg_police_drug_user, int_mention, int_person.
-- Caveats: home is the row of earliest detection, status the row of latest status date; ties by record key. `settled`
-- are the persons; the others are persons once more: `outdated` as they would no longer be were their withheld rows
-- let in, `revision` or `withheld` as they would be then; `strict_gone` and `strict_come` whom the strict threshold of
-- the linkage parts, and into whom; `loose_gone` and `loose_come` whom the loose one joins, and into whom.
with cell as (
    select *
    from {{ reported('police_drug_user') }} as record
),

entry as (
    {{ with_persons('police_drug_user') }}
),

settled as (
    select *
    from entry
    where standing = 'settled'
),

parted as (
    select person_id
    from settled
    group by person_id
    having count(distinct person_strict) > 1
),

joined as (
    select person_loose
    from settled
    group by person_loose
    having count(distinct person_id) > 1
),

changed as (
    select distinct person_id
    from entry
    where standing in ('revision', 'withheld')
),

perhaps as (
    select
        person_id as counted_person,
        'settled' as counted_standing,
        *
    from settled
    union all
    select
        person_id as counted_person,
        'outdated' as counted_standing,
        *
    from settled
    where person_id in (select changed.person_id from changed)
    union all
    select
        person_id as counted_person,
        case when person_id in (select settled.person_id from settled) then 'revision' else 'withheld' end
            as counted_standing,
        *
    from entry
    where
        person_id in (select changed.person_id from changed)
        and standing <> 'outdated'
        and (
            standing <> 'settled'
            or record_key not in (select held.record_key from {{ withheld('police_drug_user') }} as held)
        )
    {% for standing, person, doubt in (
        ('strict_gone', 'person_id', 'person_id in (select parted.person_id from parted)'),
        ('strict_come', 'person_strict', 'person_id in (select parted.person_id from parted)'),
        ('loose_gone', 'person_id', 'person_loose in (select joined.person_loose from joined)'),
        ('loose_come', 'person_loose', 'person_loose in (select joined.person_loose from joined)')
    ) %}
        union all
        select
            {{ person }} as counted_person,
            '{{ standing }}' as counted_standing,
            *
        from settled
        where {{ doubt }}
    {% endfor %}
),

home as (
    select
        counted_person,
        counted_standing,
        person_id,
        source_row_token,
        first_detected_date,
        register_region_code
    from perhaps
    where first_detected_date is not null
    qualify row_number() over (
        partition by counted_standing, counted_person order by first_detected_date, record_key
    ) = 1
),

latest as (
    select
        counted_person,
        counted_standing,
        register_status,
        register_status_date
    from perhaps
    qualify row_number() over (
        partition by counted_standing, counted_person order by register_status_date desc nulls last, record_key asc
    ) = 1
)

select
    home.counted_person as person_id,
    home.source_row_token,
    home.first_detected_date,
    home.register_region_code as region_code,
    latest.register_status,
    coalesce(latest.register_status_date, home.first_detected_date) as register_status_date,
    date_sub('year', person.birth_date, home.first_detected_date) as age_at_detection,
    home.counted_standing as standing
from home
inner join latest on home.counted_person = latest.counted_person and home.counted_standing = latest.counted_standing
left join {{ ref('int_person') }} as person on home.person_id = person.person_id

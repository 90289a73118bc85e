-- Grain: one row per mention of a person who is in an active view.
-- Inputs: int_mention, int_person, int_register_person.
-- Caveats: left out are persons three years clean (戒毒条例 7) and persons under 18 at the date of the release;
-- the birth date only serves to leave out what somebody did or suffered before 18.
select
    mention.dataset,
    mention.record_key,
    mention.person_id,
    mention.case_id,
    person.birth_date
from {{ ref('int_mention') }} as mention
inner join {{ ref('int_person') }} as person on mention.person_id = person.person_id
left join {{ ref('int_register_person') }} as register
    on mention.person_id = register.person_id and register.standing = 'settled'
where
    coalesce(register.register_status, '') <> '戒断三年未复吸'
    and not {{ is_minor('person.birth_date', as_of()) }}

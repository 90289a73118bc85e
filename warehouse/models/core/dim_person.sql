-- Grain: one row per person who is not three years clean.
-- Inputs: int_person, int_register_person.
-- Caveats: pseudonymous; a person three years clean is in no active view.
select
    person.person_id,
    person.sex,
    year(person.birth_date)::integer as birth_year,
    person.hukou_code as hukou_county_code,
    person.residence_code as residence_county_code
from {{ ref('int_person') }} as person
left join {{ ref('int_register_person') }} as register on person.person_id = register.person_id
where coalesce(register.register_status, '') <> '戒断三年未复吸'
order by person.person_id

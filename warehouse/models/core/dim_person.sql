-- Grain: one row per person who is in an active view.
-- Inputs: int_person, int_visible_mention.
-- Caveats: pseudonymous; nobody three years clean or under 18 is in it, so it does not count persons: figures do.
select
    person.person_id,
    person.sex,
    year(person.birth_date)::integer as birth_year,
    date_sub('year', person.birth_date, {{ as_of() }})::integer as age,
    person.hukou_code as hukou_region_code,
    person.residence_code as residence_region_code
from {{ ref('int_person') }} as person
where person.person_id in (select visible.person_id from {{ ref('int_visible_mention') }} as visible)
order by person.person_id

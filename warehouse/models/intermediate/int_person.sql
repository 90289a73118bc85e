-- Grain: one row per person.
-- Inputs: the golden records of the identities.
-- Caveats: no name or number; the birth date stays in this scratch table and gives ages only.
select
    person_id,
    birth_date::date as birth_date,
    sex,
    hukou_code,
    residence_code
from {{ identity('person') }}

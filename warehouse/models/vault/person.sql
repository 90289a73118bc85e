-- Grain: one row per person, the golden record.
-- Inputs: the identities.
-- Caveats: names, numbers, birth dates; vault only.
select * from {{ identity('person') }}
order by person_id

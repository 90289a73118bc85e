-- Grain: one row per mention.
-- Inputs: int_mention.
-- Caveats: holds source keys; vault only.
select * from {{ ref('int_mention') }}
order by dataset, record_key, person_group

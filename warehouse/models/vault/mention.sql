-- Grain: one row per mention.
-- Inputs: int_mention.
-- Caveats: holds source keys; vault only.
select
    dataset,
    record_key,
    person_group,
    person_id,
    case_id
from {{ ref('int_mention') }}
order by dataset, record_key, person_group

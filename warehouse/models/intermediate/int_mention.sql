-- Grain: one row per mention (dataset, record key, person group).
-- Inputs: the identities.
-- Caveats: the group is always `subject`.
select
    dataset,
    record_key,
    person_group,
    person_id,
    case_id
from {{ identity('mention') }}

-- Grain: one row per mention (dataset, record key, person group).
-- Inputs: the identities.
-- Caveats: the group is always `subject`; person_strict and person_loose are the person under the strict and the loose
-- threshold of the linkage, for the range of figures alone.
select
    dataset,
    record_key,
    person_group,
    person_id,
    case_id,
    person_strict,
    person_loose
from {{ identity('mention') }}

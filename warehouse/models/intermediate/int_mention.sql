-- Grain: one row per mention (dataset, record key, person group).
-- Inputs: the identities.
-- Caveats: the group is always `subject`; person_strict and person_loose are the person under the strict and the loose
-- threshold of the linkage, for the range of figures alone. party_id is the same for the records of a case that are
-- about one defendant, also where we take them for two persons: what happens in a case is followed by it.
select
    dataset,
    record_key,
    person_group,
    person_id,
    case_id,
    case_id || '|' || party_person as party_id,
    person_strict,
    person_loose
from {{ identity('mention') }}

-- Grain: one row per id a person has or had and person of today it leads to.
-- Inputs: the identities, int_person, int_person_succession, the aliases of the previous release.
-- Caveats: an id of whom no record is left leads to no person. Ids that were never published are those mentions would
-- have lent: they resolve ids of releases that are not kept.
{{ former_ids('person', 'alias', 'int_person') }}

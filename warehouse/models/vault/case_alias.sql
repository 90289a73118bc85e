-- Grain: one row per id a case has or had and case of today it leads to.
-- Inputs: the identities, int_mention, int_case_succession, the aliases of the previous release.
-- Caveats: an id of which no record is left leads to no case. Ids that were never published are those mentions would
-- have lent: they resolve ids of releases that are not kept.
{{ former_ids('case', 'case_alias', 'int_mention') }}

-- Grain: one row per release, event, former person and person of today.
-- Inputs: int_person_succession, the events of the previous release.
-- Caveats: depends on which releases there were, so it is left out when a rebuild is compared.
{{ succession_events('person', 'person_event') }}

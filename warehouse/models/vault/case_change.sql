-- Grain: one row per release, change, former case and case of today.
-- Inputs: int_case_succession, the changes of the previous release.
-- Caveats: how the same records are told apart now, not what courts did: those joined or severed by procedure are in
-- core.fact_case_event. Depends on which releases there were, so it is left out when a rebuild is compared.
{{ succession_events('case', 'case_change') }}

-- Grain: one row per case of the previous release and case of today its mentions belong to.
-- Inputs: the mentions of the previous release, int_mention.
-- Caveats: a case of which no mention is left in any case has one row without a case of today.
{{ succession('case') }}

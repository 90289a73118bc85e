-- Grain: one row per person of the previous release and person of today its mentions belong to.
-- Inputs: the mentions of the previous release, int_mention.
-- Caveats: a person of whom no mention is left has one row without a person of today.
{{ succession('person') }}

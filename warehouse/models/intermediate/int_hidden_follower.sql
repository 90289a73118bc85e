-- Grain: one row per hidden count, region and period_key, of the counts that follow another one.
-- Inputs: int_suppression_follower, int_region_parent, int_period_parent.
-- Caveats: see macro suppressed.
{{ suppressed(ref('int_suppression_follower')) }}

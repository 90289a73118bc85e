-- Grain: one row per hidden count, region and period_key, of the counts that follow no other.
-- Inputs: int_suppression_cell, int_region_parent, int_period_parent.
-- Caveats: see macro suppressed.
{{ suppressed(ref('int_suppression_cell'), 'not is_follower') }}

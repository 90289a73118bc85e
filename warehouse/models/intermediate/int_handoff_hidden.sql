-- Grain: one row per hidden count of hand-offs, region and month.
-- Inputs: int_handoff_cell, int_region_parent, int_period_parent.
-- Caveats: see macro suppressed.
{{ suppressed(ref('int_handoff_cell'), 'handoffs is not null') }}

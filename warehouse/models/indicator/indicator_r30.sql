-- Grain: one row per region, period and unit of R30.
-- Definition: staff of the offices, those full-time in name only and those who left, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R30') }}
)

{{ on_grid('R30') }}

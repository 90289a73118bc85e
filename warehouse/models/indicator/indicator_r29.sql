-- Grain: one row per region, period and unit of R29.
-- Definition: hosts of the anti-drug offices, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R29') }}
)

{{ on_grid('R29') }}

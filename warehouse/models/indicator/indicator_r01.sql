-- Grain: one row per region, period and unit of R1.
-- Definition: meetings about drug control by body, and member units, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R1') }}
)

{{ on_grid('R1') }}

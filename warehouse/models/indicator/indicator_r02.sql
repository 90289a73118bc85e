-- Grain: one row per region, period and unit of R2.
-- Definition: counties listed for rectification, and the share of them that passed, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R2') }}
)

{{ on_grid('R2') }}

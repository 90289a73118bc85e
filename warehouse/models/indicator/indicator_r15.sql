-- Grain: one row per region, period and unit of R15.
-- Definition: confirmed plots of drug plants, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R15') }}
)

{{ on_grid('R15') }}

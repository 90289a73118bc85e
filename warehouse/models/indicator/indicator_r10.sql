-- Grain: one row per region, period and unit of R10.
-- Definition: national rank of performance, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R10') }}
)

{{ on_grid('R10') }}

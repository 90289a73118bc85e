-- Grain: one row per region, period and unit of R31.
-- Definition: medical staff of prisons: hired of planned, left, covered by the allowance, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R31') }}
)

{{ on_grid('R31') }}

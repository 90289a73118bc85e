-- Grain: one row per region, period and unit of R28.
-- Definition: budgets for drug control and publicity, of the total budget, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R28') }}
)

{{ on_grid('R28') }}

-- Grain: one row per region, period and unit of R47.
-- Definition: drug cases of all cases, officers of the drug police of all officers, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R47') }}
)

{{ on_grid('R47') }}

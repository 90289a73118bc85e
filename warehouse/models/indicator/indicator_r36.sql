-- Grain: one row per region, period and unit of R36.
-- Definition: cases whose technical evidence was converted, of those with such evidence, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R36') }}
)

{{ on_grid('R36') }}

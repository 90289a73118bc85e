-- Grain: one row per region, period and unit of R33.
-- Definition: arrests in Xishuangbanna of persons registered in the province, of all, as signed.
-- Inputs: stg_commission_register, seed submission_unit.
-- Caveats: never inferred and never added up: a value stands for the region and period it was signed for.
with measured as (
    {{ submitted('R33') }}
)

{{ on_grid('R33') }}

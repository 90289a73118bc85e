-- Grain: one row per region, period and unit of R6.
-- Definition: persons whose arrest was approved, by date of the decision, region of the procuratorate; person-cases
-- too.
-- Inputs: stg_procuratorate_charge, int_mention.
-- Caveats: persons do not add up over periods.
with cell as (
    {{ in_cells(reported('procuratorate_charge'), 'arrest_decision_date', 'procuratorate_region_code') }}
),

counted as (
    {{ with_persons('procuratorate_charge') }}
    where cell.arrest_decision = '批准逮捕'
),

measured as (
    {{ persons_and_events() }}
)

{{ on_grid('R6') }}

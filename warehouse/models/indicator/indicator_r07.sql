-- Grain: one row per region, period and unit of R7.
-- Definition: persons indicted, by date of the indictment, region of the procuratorate; person-cases too.
-- Inputs: stg_procuratorate_charge, int_mention.
-- Caveats: persons do not add up over periods.
with cell as (
    {{ in_cells(reported('procuratorate_charge'), 'charge_decision_date', 'procuratorate_region_code') }}
),

counted as (
    {{ with_persons('procuratorate_charge') }}
    where cell.charge_decision = '起诉'
),

measured as (
    {{ persons_and_events() }}
)

{{ on_grid('R7') }}

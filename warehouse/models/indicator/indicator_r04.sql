-- Grain: one row per region, period and unit of R4.
-- Definition: suspects by date of arrest, region of the arrest; persons and person-cases.
-- Inputs: stg_police_case_suspect, int_mention.
-- Caveats: persons do not add up over periods.
with cell as (
    {{ in_cells(reported('police_case_suspect'), 'arrested_date', 'arrest_region_code') }}
),

counted as (
    {{ with_persons('police_case_suspect') }}
),

measured as (
    {{ persons_and_events() }}
)

{{ on_grid('R4') }}

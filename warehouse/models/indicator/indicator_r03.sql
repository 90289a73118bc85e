-- Grain: one row per region, period and unit of R3.
-- Definition: distinct police cases by date solved, region of the handling police.
-- Inputs: stg_police_case_suspect.
-- Caveats: a case with several suspects is one.
with cell as (
    {{ in_cells(reported('police_case_suspect'), 'solved_date', 'handling_region_code') }}
),

measured as (
    {{ measure({'case': ['count(distinct police_case_no)']}) }}
)

{{ on_grid('R3') }}

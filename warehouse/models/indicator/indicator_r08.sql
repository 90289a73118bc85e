-- Grain: one row per region, period and unit of R8.
-- Definition: first-instance judgments by date, region of the court; cases, convicted persons, convictions.
-- Inputs: stg_court_judgment, int_mention.
-- Caveats: a case counts even if all were acquitted.
with cell as (
    {{ in_cells(reported('court_judgment'), 'judgment_date', 'court_region_code') }}
),

counted as (
    {{ with_persons('court_judgment') }}
    where cell.instance = '一审' and cell.penalty <> '无罪'
),

measured as (
    {{ persons_and_events() }}
    union all
    {{ measure({'case': ["count(distinct court_case_no) filter (where instance = '一审')"]}) }}
)

{{ on_grid('R8') }}

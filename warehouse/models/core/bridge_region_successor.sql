-- Grain: one row per region code, code that took over its area or a part of it, and year it did.
-- Inputs: int_region_successor.
-- Caveats: nothing says how the people of a divided county were divided.
select distinct
    region_code,
    make_date(passed_year, 1, 1) as valid_to,
    successor_code
from {{ ref('int_region_successor') }}
order by region_code, valid_to, successor_code

-- Grain: one row per region code of the country and code in use today whose area it was, or was a part of.
-- Inputs: seed region, int_region_successor.
-- Caveats: a code in use is its own, whatever it meant before; a retired one is followed to what took over, and on from
-- there, also to what took a part of it earlier. A code the table does not know is not here.
with recursive path as (
    select
        region_code,
        region_code as reached_code,
        max(valid_from_year) as reached_year
    from {{ ref('region') }}
    group by region_code
    union
    select
        path.region_code,
        step.successor_code as reached_code,
        step.valid_to_year as reached_year
    from path
    inner join {{ ref('int_region_successor') }} as step
        on path.reached_code = step.region_code and path.reached_year < step.valid_to_year
)

select distinct
    path.region_code,
    path.reached_code as present_code
from path
inner join {{ ref('region') }} as present on path.reached_code = present.region_code and present.valid_to_year is null

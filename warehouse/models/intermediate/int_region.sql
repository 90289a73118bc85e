-- Grain: one row per region of the province in use in the newest GB/T 2260 table.
-- Inputs: seed region.
-- Caveats: a code that was given back has several intervals; only the open one is kept.
select
    region_code,
    region_name,
    region_level
from {{ ref('region') }}
where
    valid_to_year is null
    and region_code[:2] = '{{ var("province", "430000") }}'[:2]

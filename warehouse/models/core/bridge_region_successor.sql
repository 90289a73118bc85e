-- Grain: one row per retired region code and code that took over.
-- Inputs: seed region.
-- Caveats: a county divided among several has several rows; nothing says how its people were divided.
select distinct
    region_code,
    make_date(valid_to_year, 1, 1) as valid_to,
    unnest(regexp_extract_all(successor_codes, '[0-9]{6}')) as successor_code
from {{ ref('region') }}
where successor_codes is not null
order by region_code, valid_to, successor_code

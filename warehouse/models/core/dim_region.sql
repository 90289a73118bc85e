-- Grain: one row per region code and interval of validity (whole country).
-- Inputs: seed region (GB/T 2260, CC0).
-- Caveats: codes are reused: resolve a code by date, never code to code.
select
    region_code,
    region_name,
    region_level,
    prefecture_name,
    province_name,
    make_date(valid_from_year, 1, 1) as valid_from,
    make_date(valid_to_year, 1, 1) as valid_to,
    successor_codes
from {{ ref('region') }}
order by region_code, valid_from

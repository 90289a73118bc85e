-- Grain: one row per region code, interval of its validity, and code that took over its area or a part of it.
-- Inputs: seed region.
-- Caveats: a part may have gone over (passed_year) years before the code is retired, or while it stays in use.
with passed as (
    select
        region_code,
        valid_to_year,
        unnest(string_split(successor_codes, ';')) as successor
    from {{ ref('region') }}
)

select
    region_code,
    valid_to_year,
    successor[1:6] as successor_code,
    coalesce(nullif(regexp_extract(successor, '\[([0-9]{4})\]', 1), '')::integer, valid_to_year) as passed_year
from passed

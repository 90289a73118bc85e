-- Grain: one row per region code, code that took over its area or a part of it, and year it did.
-- Inputs: seed region.
-- Caveats: a part may go over years before the code is retired, or while it stays in use. Nothing says how the people
-- of a divided county were divided.
with passed as (
    select
        region_code,
        valid_to_year,
        unnest(string_split(successor_codes, ';')) as successor
    from {{ ref('region') }}
    where successor_codes is not null
)

select distinct
    region_code,
    make_date(
        coalesce(nullif(regexp_extract(successor, '\[([0-9]{4})\]', 1), '')::integer, valid_to_year), 1, 1
    ) as valid_to,
    successor[1:6] as successor_code
from passed
order by region_code, valid_to, successor_code

-- Grain: one row per region code an event may carry and region of the grid it counts in.
-- Inputs: seed region, int_region.
-- Caveats: a retired county with one successor counts in that; one with several counts from its prefecture up.
with known as (
    select
        region_code as event_region_code,
        region_code as present_code
    from {{ ref('int_region') }}
    union all
    select
        old.region_code as event_region_code,
        coalesce(next.region_code, old.region_code[:4] || '00') as present_code
    from {{ ref('region') }} as old
    left join {{ ref('int_region') }} as next on old.successor_codes = next.region_code
    where
        old.valid_to_year is not null
        and old.region_code[:2] = '{{ var("province", "430000") }}'[:2]
        and old.region_code not in (select region_code from {{ ref('int_region') }})
)

select distinct
    known.event_region_code,
    region.region_code
from known
inner join {{ ref('int_region') }} as region
    on
        known.present_code = region.region_code
        or region.region_code = known.present_code[:4] || '00'
        or region.region_code = known.present_code[:2] || '0000'

-- Grain: one row per region code an event may carry and region of the grid it counts in.
-- Inputs: int_region_present, int_region.
-- Caveats: a retired county counts in the one it became; one that was divided counts from what all its parts lie in.
with part as (
    select
        region_code as event_region_code,
        present_code,
        count(*) over (partition by region_code) as parts
    from {{ ref('int_region_present') }}
    where region_code[:2] = '{{ var("province", "430000") }}'[:2]
)

select
    part.event_region_code,
    region.region_code
from part
inner join {{ ref('int_region') }} as region
    on
        part.present_code = region.region_code
        or region.region_code = part.present_code[:4] || '00'
        or region.region_code = part.present_code[:2] || '0000'
group by part.event_region_code, region.region_code
having count(distinct part.present_code) = any_value(part.parts)

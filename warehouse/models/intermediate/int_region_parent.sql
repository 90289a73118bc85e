-- Grain: one row per region below the province, with the region whose counts it is a part of.
-- Inputs: int_region.
-- Caveats: a county without a prefecture is a part of the province.
select
    child.region_code,
    max(parent.region_code) as parent_code
from {{ ref('int_region') }} as child
inner join {{ ref('int_region') }} as parent
    on
        parent.region_code in (child.region_code[:2] || '0000', child.region_code[:4] || '00')
        and child.region_code <> parent.region_code
group by child.region_code

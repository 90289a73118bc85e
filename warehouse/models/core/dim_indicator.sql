-- Grain: one row per figure and unit.
-- Inputs: seed indicator_unit.
-- Caveats: threshold and region_floor say below which count, and above which region level, a cell is published.
select
    indicator_id,
    unit,
    name_zh,
    name_en,
    kind,
    scale,
    threshold,
    region_floor
from {{ ref('indicator_unit') }}
order by indicator_id, unit

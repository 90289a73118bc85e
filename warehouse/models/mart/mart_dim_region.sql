-- Grain: as core.dim_region.
-- Inputs: dim_region.
-- Caveats: none.
{{ config(alias='dim_region') }}
select *
from {{ ref('dim_region') }}

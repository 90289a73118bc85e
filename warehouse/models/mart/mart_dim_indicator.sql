-- Grain: as core.dim_indicator.
-- Inputs: dim_indicator.
-- Caveats: none.
{{ config(alias='dim_indicator') }}
select *
from {{ ref('dim_indicator') }}

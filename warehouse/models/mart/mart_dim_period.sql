-- Grain: as core.dim_period.
-- Inputs: dim_period.
-- Caveats: none.
{{ config(alias='dim_period') }}
select *
from {{ ref('dim_period') }}

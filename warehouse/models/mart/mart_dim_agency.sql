-- Grain: as core.dim_agency.
-- Inputs: dim_agency.
-- Caveats: none.
{{ config(alias='dim_agency') }}
select *
from {{ ref('dim_agency') }}

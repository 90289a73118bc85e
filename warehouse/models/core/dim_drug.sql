-- Grain: one row per spelling in seed drug.
-- Inputs: seed drug.
-- Caveats: none.
select *
from {{ ref('drug') }}
order by drug_name

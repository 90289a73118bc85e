-- Grain: one row per spelling in seed offence.
-- Inputs: seed offence.
-- Caveats: none.
select *
from {{ ref('offence') }}
order by offence_name

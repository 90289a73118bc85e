-- Grain: one row per agency.
-- Inputs: seed agency.
-- Caveats: several agencies may deliver under one domain of contracts, as courts and prisons under justice.
select
    agency_code,
    name_zh,
    name_en
from {{ ref('agency') }}
order by agency_code

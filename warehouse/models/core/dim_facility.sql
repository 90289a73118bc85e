-- Grain: one row per facility of compulsory treatment.
-- Inputs: stg_rehab_facility_month.
-- Caveats: as its newest month says; facilities that give an illness away are in health alone.
select
    facility_code,
    facility_name,
    operated_by,
    region_code
from {{ ref('stg_rehab_facility_month') }}
qualify row_number() over (partition by facility_code order by report_month desc) = 1
order by facility_code

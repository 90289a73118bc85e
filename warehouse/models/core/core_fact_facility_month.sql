-- Grain: one row per facility and month.
-- Inputs: stg_rehab_facility_month.
-- Caveats: aggregate data; special-care centres are in health.
{{ config(alias='fact_facility_month') }}
select
    facility_code,
    report_month,
    operated_by,
    region_code,
    beds,
    occupied,
    voluntary_admitted,
    voluntary_total
from {{ ref('stg_rehab_facility_month') }}
order by facility_code, report_month

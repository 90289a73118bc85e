-- Grain: one row per postal site and month.
-- Inputs: stg_postal_compliance_month.
-- Caveats: aggregate data, no persons.
select
    site_code,
    report_month,
    region_code,
    items_collected,
    items_real_name,
    items_inspected,
    items_scanned
from {{ ref('stg_postal_compliance_month') }}
order by site_code, report_month

-- Grain: one row per current, not deleted record of postal_compliance_month.
-- Inputs: the resolved records of postal_compliance_month.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    site_code,
    report_month,
    region_code,
    items_collected::integer as items_collected,
    items_real_name::integer as items_real_name,
    items_inspected::integer as items_inspected,
    items_scanned::integer as items_scanned
from {{ records('postal_compliance_month') }}
where is_current and not is_deleted

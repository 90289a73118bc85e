-- Grain: one row per current, not deleted record of rehab_facility_month.
-- Inputs: the resolved records of rehab_facility_month.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    facility_code,
    report_month,
    facility_name,
    operated_by,
    region_code,
    beds::integer as beds,
    occupied::integer as occupied,
    voluntary_admitted::integer as voluntary_admitted,
    voluntary_total::integer as voluntary_total
from {{ records('rehab_facility_month') }}
where is_current and not is_deleted

-- Grain: one row per current, not deleted record of culture_inspection.
-- Inputs: the resolved records of culture_inspection.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    inspection_no,
    unified_credit_code,
    venue_type,
    region_code,
    inspected_date::date as inspected_date,
    inspection_result,
    lead_no,
    lead_sent_date::date as lead_sent_date
from {{ records('culture_inspection') }}
where is_current and not is_deleted

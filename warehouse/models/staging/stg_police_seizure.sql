-- Grain: one row per current, not deleted record of police_seizure.
-- Inputs: the resolved records of police_seizure.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    exhibit_no,
    police_case_no,
    seized_date::date as seized_date,
    seized_region_code,
    drug_code,
    drug_category,
    quantity_kind,
    quantity_value::decimal(18, 3) as quantity_value,
    net_grams::decimal(18, 3) as net_grams,
    lab_result
from {{ records('police_seizure') }}
where is_current and not is_deleted

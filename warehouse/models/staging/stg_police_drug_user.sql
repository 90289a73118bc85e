-- Grain: one row per current, not deleted record of police_drug_user.
-- Inputs: the resolved records of police_drug_user.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    drug_user_no,
    sex,
    hukou_code,
    residence_code,
    register_region_code,
    first_detected_date::date as first_detected_date,
    drug_code,
    drug_category,
    register_status,
    register_status_date::date as register_status_date,
    control_end_date::date as control_end_date
from {{ records('police_drug_user') }}
where is_current and not is_deleted

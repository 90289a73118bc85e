-- Grain: one row per current, not deleted record of commission_register.
-- Inputs: the resolved records of commission_register.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    region_code,
    period_id,
    item_code,
    indicator_id,
    submitted_value::double as submitted_value,
    signed_office,
    signed_date::date as signed_date
from {{ records('commission_register') }}
where is_current and not is_deleted

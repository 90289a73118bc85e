-- Grain: one row per current, not deleted record of market_enterprise.
-- Inputs: the resolved records of market_enterprise.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    unified_credit_code,
    licence_no,
    report_month,
    region_code,
    licence_type,
    precursor_class,
    licence_start_date::date as licence_start_date,
    licence_end_date::date as licence_end_date,
    key_supervised::boolean as key_supervised,
    inspections::integer as inspections
from {{ records('market_enterprise') }}
where is_current and not is_deleted

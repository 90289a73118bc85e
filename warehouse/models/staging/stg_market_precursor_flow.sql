-- Grain: one row per current, not deleted record of market_precursor_flow.
-- Inputs: the resolved records of market_precursor_flow.
-- Caveats: no persons.
select
    record_key,
    source_row_token,
    flow_no,
    unified_credit_code,
    buyer_credit_code,
    licence_no,
    region_code,
    precursor_name,
    precursor_class,
    quantity_kg::double as quantity_kg,
    traded_date::date as traded_date,
    sale_filed_date::date as sale_filed_date
from {{ records('market_precursor_flow') }}
where is_current and not is_deleted

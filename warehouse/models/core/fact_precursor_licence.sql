-- Grain: one row per licence and month.
-- Inputs: stg_market_enterprise.
-- Caveats: no enterprise by name or number.
select
    source_row_token,
    report_month,
    region_code,
    licence_type,
    precursor_class,
    licence_start_date,
    licence_end_date,
    key_supervised,
    inspections
from {{ ref('stg_market_enterprise') }}
order by source_row_token

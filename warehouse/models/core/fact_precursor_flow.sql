-- Grain: one row per sale.
-- Inputs: stg_market_precursor_flow.
-- Caveats: neither seller nor buyer.
select
    source_row_token,
    region_code,
    precursor_name,
    precursor_class,
    quantity_kg,
    traded_date,
    sale_filed_date
from {{ ref('stg_market_precursor_flow') }}
order by source_row_token

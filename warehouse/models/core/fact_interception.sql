-- Grain: one row per interception.
-- Inputs: stg_aviation_interception.
-- Caveats: no waybills, no persons.
select
    source_row_token,
    region_code,
    intercepted_date,
    trace_result,
    traced_date
from {{ ref('stg_aviation_interception') }}
order by source_row_token

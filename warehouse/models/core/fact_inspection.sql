-- Grain: one row per inspection.
-- Inputs: stg_culture_inspection.
-- Caveats: no venues by name or number.
select
    source_row_token,
    venue_type,
    region_code,
    inspected_date,
    inspection_result,
    lead_sent_date
from {{ ref('stg_culture_inspection') }}
order by source_row_token

-- Grain: one row per checkpoint.
-- Inputs: stg_transport_checkpoint.
-- Caveats: aggregate data, no persons.
select
    checkpoint_code,
    checkpoint_name,
    checkpoint_type,
    route,
    region_code,
    opened_date,
    closed_date
from {{ ref('stg_transport_checkpoint') }}
order by checkpoint_code

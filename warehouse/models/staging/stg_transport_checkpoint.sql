-- Grain: one row per current, not deleted record of transport_checkpoint.
-- Inputs: the resolved records of transport_checkpoint.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    checkpoint_code,
    checkpoint_name,
    checkpoint_type,
    route,
    region_code,
    opened_date::date as opened_date,
    closed_date::date as closed_date
from {{ records('transport_checkpoint') }}
where is_current and not is_deleted

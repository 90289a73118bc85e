-- Grain: as core.control_total.
-- Inputs: control_total.
-- Caveats: shares only: the total of a small delivery could tell of a single case.
{{ config(alias='control_total') }}
select
    dataset,
    delivery_id,
    rule_id,
    column_name,
    status,
    case when claimed <> 0 then round((resolved / claimed)::double, 4) end as resolved_share
from {{ ref('control_total') }}
order by dataset, delivery_id, rule_id

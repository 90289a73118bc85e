-- Grain: one row per delivery and control total its sender gave.
-- Inputs: stg_control_total.
-- Caveats: resolved adds up the versions that stand in the records for the rows of the delivery and its corrections;
-- a row that conflicts with another version is in neither sum.
select
    dataset,
    delivery_id,
    rule_id,
    column_name,
    claimed,
    resolved,
    quarantined,
    claimed - resolved as difference,
    status
from {{ ref('stg_control_total') }}
order by dataset, delivery_id, rule_id

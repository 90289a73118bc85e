-- Grain: one row per delivery and control total its sender gave.
-- Inputs: the control totals of the resolved deliveries.
-- Caveats: sums over whole deliveries; no value of a row.
select
    dataset,
    delivery_id,
    rule_id,
    column_name,
    status,
    claimed,
    resolved,
    quarantined
from read_parquet('{{ var("control_totals", "control_totals.parquet") }}')

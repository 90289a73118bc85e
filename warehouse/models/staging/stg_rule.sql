-- Grain: one row per delivery and rule.
-- Inputs: the rule outcomes of the resolved deliveries.
-- Caveats: a finding about the whole delivery counts as one row checked, one failed.
select
    delivery_id,
    dataset,
    rule_id,
    severity,
    checked,
    failed
from read_parquet('{{ var("rules", "rules.parquet") }}')

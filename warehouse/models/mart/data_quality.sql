-- Grain: one row per delivery and rule.
-- Inputs: stg_rule, stg_delivery.
-- Caveats: trend is the share minus that of the dataset's previous delivery; NULL for the first.
with rated as (
    select
        rule.*,
        delivery.exported_at,
        rule.failed::double / nullif(rule.checked, 0) as share
    from {{ ref('stg_rule') }} as rule
    inner join {{ ref('stg_delivery') }} as delivery
        on rule.dataset = delivery.dataset and rule.delivery_id = delivery.delivery_id
)

select
    dataset,
    delivery_id,
    rule_id,
    severity,
    checked,
    failed,
    share,
    share - lag(share) over (partition by dataset, rule_id order by exported_at, delivery_id) as trend
from rated
order by dataset, delivery_id, rule_id

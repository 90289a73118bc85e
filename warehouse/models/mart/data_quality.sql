-- Grain: one row per delivery and rule.
-- Inputs: stg_rule, stg_delivery.
-- Caveats: trend compares with up to six earlier deliveries of the dataset that were judged by the rule, weighted by
-- their rows; a correction, which holds a few rows by its nature, has none and is in none. NULL for the first.
with rated as (
    select
        rule.*,
        delivery.agency,
        delivery.exported_at,
        delivery.correction_of is not null as is_correction,
        rule.failed::double / nullif(rule.checked, 0) as share
    from {{ ref('stg_rule') }} as rule
    inner join {{ ref('stg_delivery') }} as delivery
        on rule.dataset = delivery.dataset and rule.delivery_id = delivery.delivery_id
),

compared as (
    select
        *,
        sum(failed) over earlier::double / nullif(sum(checked) over earlier, 0) as earlier_share
    from rated
    window earlier as (
        partition by dataset, rule_id, is_correction
        order by exported_at, delivery_id
        rows between 6 preceding and 1 preceding
    )
)

select
    agency,
    dataset,
    delivery_id,
    rule_id,
    severity,
    checked,
    failed,
    share,
    case when not is_correction then share - earlier_share end as trend
from compared
order by dataset, delivery_id, rule_id

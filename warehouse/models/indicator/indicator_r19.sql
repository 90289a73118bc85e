-- Grain: one row per region, period and unit of R19.
-- Definition: community treatment and rehabilitation on the last day of the period: orders reported to, of those
-- served and not ended.
-- Inputs: int_community_order.
-- Caveats: no official formula was found; region of the place that carries it out.
with stock as (
    {{ at_period_end(ref('int_community_order'), 'execution_region_code') }}
),

cell as (
    select *
    from stock
    where served_date < cell_end and (lifted_date is null or lifted_date >= cell_end)
),

measured as (
    {{ measure({
        'person': ["count(distinct person_id) filter (where reported_date < cell_end)"],
        'share_in_execution': ["count(*) filter (where reported_date < cell_end)", "count(*)"]
    }) }}
)

{{ on_grid('R19') }}

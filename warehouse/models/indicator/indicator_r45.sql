-- Grain: one row per region, period and unit of R45.
-- Definition: orders in execution on the last day of the period whose person lives elsewhere than registered; of the
-- orders served in it those reported to in 15 days, for both groups.
-- Inputs: int_community_order.
-- Caveats: the county of household registration against that of residence, as the order gives them.
with cell as (
    {{ in_cells(ref('int_community_order'), 'served_date', 'execution_region_code') }}
),

stock as (
    {{ at_period_end(ref('int_community_order'), 'execution_region_code') }}
),

in_execution as (
    select *
    from stock
    where
        reported_date < cell_end
        and (lifted_date is null or lifted_date >= cell_end)
        and is_separated is not null
),

measured as (
    {{ measure({'share_separated': ['count(*) filter (where is_separated)', 'count(*)']}, 'in_execution') }}
    union all
    {{ measure({
        'share_reported_separated': [
            'count(*) filter (where is_separated and reported_date <= served_date + 15)',
            'count(*) filter (where is_separated)'
        ],
        'share_reported_together': [
            'count(*) filter (where not is_separated and reported_date <= served_date + 15)',
            'count(*) filter (where not is_separated)'
        ]
    }) }}
)

{{ on_grid('R45') }}

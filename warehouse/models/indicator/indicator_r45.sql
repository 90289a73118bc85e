-- Grain: one row per region, period and unit of R45.
-- Definition: orders in execution on the last day of the period whose person lives elsewhere than registered; of the
-- orders served in it those reported to in 15 days, for both groups.
-- Inputs: int_community_order.
-- Caveats: the county of household registration against that of residence, when the order was decided. Where the
-- records of a person disagree about the residence, the range holds either: as for links of persons there is a strict
-- reading, that nobody in doubt is separated, and a loose one, that all are.
with read_either_way as (
    select
        *,
        is_separated and may_be_separated as is_separated_strict,
        is_separated or may_be_separated as is_separated_loose
    from {{ ref('int_community_order') }}
),

community_order as (
    {{ flagged_by_threshold('read_either_way', 'is_separated') }}
),

cell as (
    {{ in_cells('community_order', 'served_date', 'execution_region_code') }}
),

stock as (
    {{ at_period_end('community_order', 'execution_region_code') }}
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

-- Grain: one row per region, period and unit of R46.
-- Definition: orders in execution on the last day of the period with support given; of the treatments completed in it,
-- those whose person was found to use again within one and three years.
-- Inputs: int_community_order, int_detection.
-- Caveats: counts only: no list of persons is made of it; who ended less than so long ago counts with what is known.
with stock as (
    {{ at_period_end(ref('int_community_order'), 'execution_region_code') }}
),

in_execution as (
    select *
    from stock
    where reported_date < cell_end and (lifted_date is null or lifted_date >= cell_end)
),

done as (
    {{ in_cells(ref('int_community_order'), 'lifted_date', 'execution_region_code') }}
),

again as (
    select
        community.record_key,
        min(detection.detected_on) as detected_again_on
    from {{ ref('int_community_order') }} as community
    inner join {{ ref('int_detection') }} as detection
        on community.person_id = detection.person_id and community.lifted_date < detection.detected_on
    group by community.record_key
),

completed as (
    select
        done.*,
        again.detected_again_on
    from done
    left join again on done.record_key = again.record_key
    where done.end_reason in ('期满', '提前解除')
),

measured as (
    {{ measure({
        'share_supported': ['count(support_measure)', 'count(*)']
    }, 'in_execution') }}
    union all
    {{ measure({
        'share_again_1_year': [
            'count(*) filter (where detected_again_on <= lifted_date + interval 1 year)', 'count(*)'
        ],
        'share_again_3_years': [
            'count(*) filter (where detected_again_on <= lifted_date + interval 3 year)', 'count(*)'
        ]
    }, 'completed') }}
)

{{ on_grid('R46') }}

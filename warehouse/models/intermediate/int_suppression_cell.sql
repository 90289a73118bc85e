-- Grain: one row per count, region and period_key: what rows of the mart show or hide together.
-- Inputs: int_small_count.
-- Caveats: a count is the numerator of the rows of one group; a denominator several groups share is a count of its own,
-- unless rows of another group show it. is_follower: hidden wherever another count is.
with shared as (
    select
        *,
        unnest(string_split(hidden_under, ';')) as total_id
    from {{ ref('int_small_count') }}
    where hidden_under is not null
),

counted as (
    select
        group_id,
        region_code,
        period_key,
        over_periods,
        hidden_under is not null and over_periods <> 'cumulative' as is_follower,
        least_count,
        threshold,
        is_small
    from {{ ref('int_small_count') }}
    union all
    select
        total_id as group_id,
        region_code,
        period_key,
        over_periods,
        false as is_follower,
        denominator as least_count,
        threshold,
        denominator < threshold as is_small
    from shared
    where total_id not in (select known.group_id from {{ ref('int_small_count') }} as known)
)

select
    row_number() over (order by group_id, region_code, period_key) as cell_no,
    group_id,
    region_code,
    period_key,
    any_value(over_periods) as over_periods,
    bool_or(is_follower) as is_follower,
    min(least_count) as least_count,
    max(threshold) as threshold,
    bool_or(is_small) as is_small
from counted
group by group_id, region_code, period_key

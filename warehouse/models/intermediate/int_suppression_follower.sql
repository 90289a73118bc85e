-- Grain: one row per count that is hidden wherever another one is, region and period_key.
-- Inputs: int_suppression_cell, int_small_count, int_hidden_count, seed report_period.
-- Caveats: is_small: or another count it follows is hidden. A share hides with its denominator, a part with its total;
-- the other way round it does not.
with total as (
    select distinct
        group_id,
        over_periods,
        unnest(string_split(hidden_under, ';')) as total_id
    from {{ ref('int_small_count') }}
    where hidden_under is not null and over_periods <> 'cumulative'
),

-- A count of a period may follow one of the day the period ends on.
hidden as (
    select
        hidden.group_id,
        hidden.region_code,
        period.period_id
    from {{ ref('int_hidden_count') }} as hidden
    inner join {{ ref('report_period') }} as period on hidden.period_key = period.period_id
    union all
    select
        hidden.group_id,
        hidden.region_code,
        period.period_id
    from {{ ref('int_hidden_count') }} as hidden
    inner join {{ ref('report_period') }} as period on hidden.period_key = period.end_date::varchar
),

led as (
    select distinct
        total.group_id,
        hidden.region_code,
        case total.over_periods when 'stock' then period.end_date::varchar else period.period_id end as period_key
    from total
    inner join hidden on total.total_id = hidden.group_id
    inner join {{ ref('report_period') }} as period on hidden.period_id = period.period_id
)

select cell.* replace (cell.is_small or led.group_id is not null as is_small)
from {{ ref('int_suppression_cell') }} as cell
left join led
    on
        cell.group_id = led.group_id
        and cell.region_code = led.region_code
        and cell.period_key = led.period_key
where cell.is_follower

-- Grain: one row per group of figures, region and period hidden in the mart.
-- Inputs: int_hidden_count, int_hidden_follower, int_suppression_cell, int_small_count, int_period_parent, seed
-- report_period.
-- Caveats: of a stock that only grows two days tell the new ones between them. Where parts of a shown period are
-- hidden, the stock is hidden from the end of the first to the start of the last of them; where no period that holds
-- them is shown, from the beginning.
with recursive hidden as (
    select * from {{ ref('int_hidden_count') }}
    union all
    select * from {{ ref('int_hidden_follower') }}
),

above as (
    select
        period_id,
        parent_id
    from {{ ref('int_period_parent') }}
    union
    select
        above.period_id,
        parent.parent_id
    from above
    inner join {{ ref('int_period_parent') }} as parent on above.parent_id = parent.period_id
),

growing as (
    select distinct
        group_id,
        hidden_under as flow_id
    from {{ ref('int_small_count') }}
    where over_periods = 'cumulative'
),

-- Hidden flows of the shortest periods, each with the shortest shown period that holds it.
hidden_flow as (
    select
        growing.group_id,
        hidden.region_code,
        period.start_date,
        period.end_date,
        min_by(longer.period_id, longer.end_date - longer.start_date) filter (where hidden_above.group_id is null)
            as shown_id
    from growing
    inner join hidden on growing.flow_id = hidden.group_id
    inner join {{ ref('report_period') }} as period on hidden.period_key = period.period_id
    left join above on period.period_id = above.period_id
    left join {{ ref('report_period') }} as longer on above.parent_id = longer.period_id
    left join hidden as hidden_above
        on
            growing.flow_id = hidden_above.group_id
            and hidden.region_code = hidden_above.region_code
            and longer.period_id = hidden_above.period_key
    where period.period_id not in (select parent.parent_id from {{ ref('int_period_parent') }} as parent)
    group by growing.group_id, hidden.region_code, period.start_date, period.end_date
),

gap as (
    select
        group_id,
        region_code,
        case when shown_id is not null then min(end_date) else '-infinity'::date end as first_day,
        max(start_date) as last_day
    from hidden_flow
    group by group_id, region_code, shown_id
)

select
    hidden.group_id,
    hidden.region_code,
    period.period_id
from hidden
inner join {{ ref('report_period') }} as period on hidden.period_key = period.period_id
union
select
    hidden.group_id,
    hidden.region_code,
    period.period_id
from hidden
inner join {{ ref('report_period') }} as period on hidden.period_key = period.end_date::varchar
union
select
    hidden.group_id,
    hidden.region_code,
    period.period_id
from hidden
cross join {{ ref('report_period') }} as period
where hidden.period_key = 'all'
union
select
    gap.group_id,
    gap.region_code,
    period.period_id
from gap
inner join {{ ref('report_period') }} as period on period.end_date between gap.first_day and gap.last_day

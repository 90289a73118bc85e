-- Grain: one row per rule, region, month in which hand-offs were opened, and status.
-- Inputs: int_handoff, seed handoff_rule, int_cell, int_region_path, int_known_until, seed report_period.
-- Caveats: handoffs is NULL before any file was received; the other columns are those macro suppressed reads, and
-- months are no parts of a longer period here.
with cell as (
    {{ in_cells(ref('int_handoff'), 'opened_on', 'region_code') }}
),

counted as (
    select
        rule_id,
        cell_region,
        cell_period,
        status,
        count(*) as handoffs
    from cell
    group by rule_id, cell_region, cell_period, status
),

rule as (
    select distinct
        rule_id,
        from_agency,
        to_agency,
        from_dataset,
        clearance
    from {{ ref('handoff_rule') }}
),

state as (
    select unnest(['met', 'late', 'open', 'overdue', 'excused', 'withdrawn']) as handoff_status
),

cell_of_rule as (
    select
        rule.rule_id,
        rule.from_agency,
        rule.to_agency,
        state.handoff_status,
        grid.region_code,
        grid.region_level,
        grid.period_id,
        case when until.known_until is not null then coalesce(counted.handoffs, 0) end as handoffs,
        rule.clearance,
        case when rule.clearance = 'health' then 20 else 10 end as threshold
    from {{ ref('int_cell') }} as grid
    inner join {{ ref('report_period') }} as period
        on grid.period_id = period.period_id and period.period_kind = 'month'
    cross join rule
    cross join state
    left join {{ ref('int_known_until') }} as until on rule.from_dataset = until.dataset
    left join counted
        on
            rule.rule_id = counted.rule_id
            and grid.region_code = counted.cell_region
            and grid.period_id = counted.cell_period
            and state.handoff_status = counted.status
)

select
    row_number() over (order by rule_id, handoff_status, region_code, period_id) as cell_no,
    rule_id,
    from_agency,
    to_agency,
    handoff_status,
    handoffs,
    region_level,
    rule_id || '|' || handoff_status as group_id,
    region_code,
    period_id as period_key,
    'distinct' as over_periods,
    handoffs as least_count,
    threshold,
    handoffs < threshold or (clearance = 'health' and region_level = 'county') as is_small
from cell_of_rule

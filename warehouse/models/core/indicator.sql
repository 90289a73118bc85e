-- Grain: one row per figure, region, period and unit.
-- Inputs: one model per figure, int_coverage, seed indicator_unit.
-- Caveats: value_low and value_high equal value. Without any delivery a figure is not_submitted, never 0.
with figure as (
    select * from {{ ref('indicator_r03') }}
    union all by name
    select * from {{ ref('indicator_r04') }}
    union all by name
    select * from {{ ref('indicator_r05') }}
    union all by name
    select * from {{ ref('indicator_r08') }}
    union all by name
    select * from {{ ref('indicator_r09') }}
    union all by name
    select * from {{ ref('indicator_r12') }}
    union all by name
    select * from {{ ref('indicator_r17') }}
    union all by name
    select * from {{ ref('indicator_r23') }}
    union all by name
    select * from {{ ref('indicator_r24') }}
    union all by name
    select * from {{ ref('indicator_r26') }}
),

judged as (
    select
        figure.*,
        unit.kind,
        coverage.coverage,
        case
            when unit.kind = 'project' or coverage.coverage is null then 'not_submitted' else 'ok'
        end as status
    from figure
    inner join {{ ref('indicator_unit') }} as unit
        on figure.indicator_id = unit.indicator_id and figure.unit = unit.unit
    inner join {{ ref('int_coverage') }} as coverage
        on figure.indicator_id = coverage.indicator_id and figure.period_id = coverage.period_id
),

valued as (
    select
        *,
        case
            when kind = 'median' or denominator is null then numerator
            else numerator / nullif(denominator, 0)
        end as figure_value
    from judged
)

select
    indicator_id,
    region_code,
    region_level,
    period_id,
    unit,
    case when status = 'ok' then numerator end as numerator,
    case when status = 'ok' then denominator end as denominator,
    case when status = 'ok' then figure_value end as value,
    case when status = 'ok' then figure_value end as value_low,
    case when status = 'ok' then figure_value end as value_high,
    coverage,
    status
from valued
order by indicator_id, region_code, period_id, unit

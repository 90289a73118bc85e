-- Grain: one row per figure, region, period and unit.
-- Inputs: one model per figure, int_coverage, seed indicator_unit.
-- Caveats: value_low and value_high equal value. Without any delivery a figure is not_submitted, never 0; a signed
-- value is not_submitted where nobody signed one.
with figure as (
    {% for number in range(1, 48) %}
        select * from {{ ref('indicator_r%02d' % number) }}
        {% if not loop.last %}union all by name{% endif %}
    {% endfor %}
),

judged as (
    select
        figure.*,
        unit.kind,
        coverage.coverage,
        case
            when coverage.coverage is null then 'not_submitted'
            when unit.kind = 'submitted' and figure.numerator is null then 'not_submitted'
            when unit.kind = 'submitted_share' and (figure.numerator is null or figure.denominator is null)
                then 'not_submitted'
            else 'ok'
        end as status
    from figure
    inner join {{ ref('indicator_unit') }} as unit
        on figure.indicator_id = unit.indicator_id and figure.unit = unit.unit
    inner join {{ ref('int_coverage') }} as coverage
        on
            figure.period_id = coverage.period_id
            and case when unit.kind like 'submitted%' then 'submitted' else figure.indicator_id end
            = coverage.indicator_id
),

valued as (
    select
        *,
        case
            when kind in ('median', 'maximum') or denominator is null then numerator
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

-- Grain: one row per figure, region, period and unit.
-- Inputs: one model per figure, int_coverage, seed indicator_unit.
-- Caveats: value_low and value_high are what the figure could be: under the strict and the loose threshold of the
-- linkage, and with the rows that wait in quarantine let in or not (decision 0010). A median and a signed value have no
-- range. Without any delivery a figure is not_submitted, never 0; a signed value is not_submitted where nobody signed
-- one.
with figure as (
    {% for number in range(1, 48) %}
        select * from {{ ref('indicator_r%02d' % number) }}
        {% if not loop.last %}union all by name{% endif %}
    {% endfor %}
),

counted as (
    select
        figure.indicator_id,
        figure.region_code,
        figure.region_level,
        figure.period_id,
        figure.unit,
        unit.kind,
        unit.scale,
        max(figure.numerator) filter (where figure.standing = 'settled') as numerator,
        max(figure.denominator) filter (where figure.standing = 'settled') as denominator,
        max(figure.numerator) as greatest_numerator,
        {{ bounds('figure.numerator', 'count') }},
        {{ bounds('figure.denominator - figure.numerator', 'rest') }},
        {{ bounds('figure.denominator', 'whole') }}
    from figure
    inner join {{ ref('indicator_unit') }} as unit
        on figure.indicator_id = unit.indicator_id and figure.unit = unit.unit
    group by all
),

-- The low end of the range is numerator_low by denominator_low, likewise the high one: of a share the least numerator
-- beside the most others; of a ratio what is settled, and what is with all that is withheld.
ranged as (
    select
        * replace (
            case
                when kind in ('count', 'quantity', 'share', 'ratio') then coalesce(numerator, 0)
                else numerator
            end as numerator,
            case
                when kind in ('share', 'ratio', 'median', 'maximum') then coalesce(denominator, 0)
                when kind = 'submitted_share' then denominator
                else scale
            end as denominator
        ),
        case when kind in ('count', 'quantity', 'share') then count_low else numerator end as numerator_low,
        case
            when kind in ('count', 'quantity', 'share', 'ratio') then count_high
            when kind = 'maximum' then greatest_numerator
            else numerator
        end as numerator_high,
        case
            when kind = 'share' then count_low + rest_high
            when kind in ('count', 'quantity', 'submitted') then scale
            else denominator
        end as denominator_low,
        case
            when kind = 'share' then count_high + rest_low
            when kind = 'ratio' then whole_high
            when kind in ('count', 'quantity', 'submitted') then scale
            else denominator
        end as denominator_high
    from counted
),

judged as (
    select
        figure.*,
        coverage.coverage,
        case
            when coverage.coverage is null then 'not_submitted'
            when figure.kind = 'submitted' and figure.numerator is null then 'not_submitted'
            when figure.kind = 'submitted_share' and (figure.numerator is null or figure.denominator is null)
                then 'not_submitted'
            else 'ok'
        end as status
    from ranged as figure
    inner join {{ ref('int_coverage') }} as coverage
        on
            figure.period_id = coverage.period_id
            and case when figure.kind like 'submitted%' then 'submitted' else figure.indicator_id end
            = coverage.indicator_id
),

valued as (
    select
        *,
        case
            when kind in ('median', 'maximum') or denominator is null then numerator
            else numerator / nullif(denominator, 0)
        end as figure_value,
        case
            when kind in ('median', 'maximum') or denominator is null then numerator_low
            else numerator_low / nullif(denominator_low, 0)
        end as low_value,
        case
            when kind in ('median', 'maximum') or denominator is null then numerator_high
            else numerator_high / nullif(denominator_high, 0)
        end as high_value
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
    case when status = 'ok' and figure_value is not null then least(figure_value, low_value, high_value) end
        as value_low,
    case when status = 'ok' and figure_value is not null then greatest(figure_value, low_value, high_value) end
        as value_high,
    coverage,
    status
from valued
order by indicator_id, region_code, period_id, unit

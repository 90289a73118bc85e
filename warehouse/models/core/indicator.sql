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

settled as (
    select
        figure.* exclude (standing),
        unit.kind
    from figure
    inner join {{ ref('indicator_unit') }} as unit
        on figure.indicator_id = unit.indicator_id and figure.unit = unit.unit
    where figure.standing = 'settled'
),

in_doubt as (
    select
        indicator_id,
        region_code,
        period_id,
        unit,
        standing,
        numerator,
        denominator,
        denominator - numerator as rest
    from figure
    where standing <> 'settled'
),

doubt as (
    select
        in_doubt.indicator_id,
        in_doubt.region_code,
        in_doubt.period_id,
        in_doubt.unit,
        max(in_doubt.numerator) as greatest_numerator,
        {{ doubts('in_doubt.numerator', 'count', 'settled.numerator') }},
        {{ doubts('in_doubt.rest', 'rest', 'settled.denominator - settled.numerator') }},
        {{ doubts('in_doubt.denominator', 'whole', 'settled.denominator') }}
    from in_doubt
    inner join settled
        on
            in_doubt.indicator_id = settled.indicator_id
            and in_doubt.region_code = settled.region_code
            and in_doubt.period_id = settled.period_id
            and in_doubt.unit = settled.unit
    group by in_doubt.indicator_id, in_doubt.region_code, in_doubt.period_id, in_doubt.unit
),

-- The low end of the range is numerator_low by denominator_low, likewise the high one: of a share the least numerator
-- beside the most others; of a ratio what is settled, and what is with all that is withheld.
ranged as (
    select
        settled.*,
        settled.numerator
        + case when settled.kind in ('count', 'quantity', 'share') then coalesce(doubt.count_less, 0) else 0 end
            as numerator_low,
        case
            when settled.kind in ('count', 'quantity', 'share', 'ratio')
                then settled.numerator + coalesce(doubt.count_more, 0)
            when settled.kind = 'maximum' then greatest(settled.numerator, doubt.greatest_numerator)
            else settled.numerator
        end as numerator_high,
        settled.denominator
        + case when settled.kind = 'share' then coalesce(doubt.count_less + doubt.rest_more, 0) else 0 end
            as denominator_low,
        settled.denominator
        + case
            when settled.kind = 'share' then coalesce(doubt.count_more + doubt.rest_less, 0)
            when settled.kind = 'ratio' then coalesce(doubt.whole_more, 0)
            else 0
        end as denominator_high
    from settled
    left join doubt
        on
            settled.indicator_id = doubt.indicator_id
            and settled.region_code = doubt.region_code
            and settled.period_id = doubt.period_id
            and settled.unit = doubt.unit
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

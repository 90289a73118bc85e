-- Grain: one row per figure, region, period and unit that could be suppressed.
-- Inputs: indicator, seeds indicator_unit, report_period, int_seizure_cell.
-- Caveats: least_count is the smallest number of people or events the row would tell: the numerator, of a share also
-- the others, of a median the denominator, of a seized quantity the cases. period_key is what tells the counts of
-- a figure apart: the period, of a stock the day it is counted on, and nothing of a stock that only grows.
with seized as (
    select
        *,
        'R5' as indicator_id
    from {{ ref('int_seizure_cell') }}
),

counted as (
    select
        figure.indicator_id,
        figure.unit,
        figure.region_code,
        figure.region_level,
        figure.period_id,
        figure.denominator,
        unit.threshold,
        unit.hidden_under,
        unit.region_floor,
        coalesce(unit.hidden_with, figure.indicator_id || '.' || figure.unit) as group_id,
        case unit.over_periods
            when 'stock' then period.end_date::varchar
            when 'cumulative' then 'all'
            else figure.period_id
        end as period_key,
        unit.over_periods,
        case unit.kind
            when 'share' then least(figure.numerator, figure.denominator - figure.numerator)
            when 'ratio' then least(figure.numerator, figure.denominator)
            when 'quantity' then least(figure.numerator, coalesce(seized.cases, 0))
            when 'median' then figure.denominator
            when 'maximum' then figure.denominator
            else figure.numerator
        end as least_count
    from {{ ref('indicator') }} as figure
    inner join {{ ref('indicator_unit') }} as unit
        on figure.indicator_id = unit.indicator_id and figure.unit = unit.unit
    inner join {{ ref('report_period') }} as period on figure.period_id = period.period_id
    left join seized
        on
            figure.indicator_id = seized.indicator_id
            and figure.region_code = seized.cell_region
            and figure.period_id = seized.cell_period
            and figure.unit = seized.unit
    where figure.status = 'ok' and unit.threshold > 0
)

select
    * exclude (region_floor),
    (
        least_count < threshold
        or (region_floor = 'prefecture' and region_level = 'county')
        or (region_floor = 'province' and region_level <> 'province')
        or region_floor = 'restricted'
    ) as is_small
from counted

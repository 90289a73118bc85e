-- Grain: one row per figure, region, period and unit.
-- Inputs: indicator, int_small_count, int_hidden.
-- Caveats: a cell below its threshold is suppressed, zero included, a restricted figure always, and so is what either
-- could be computed from (decision 0005). Which of the two a cell is would tell that it is small, and is not said.
{{ config(alias='indicator') }}
with judged as (
    select
        figure.*,
        hidden.group_id is not null as is_hidden
    from {{ ref('indicator') }} as figure
    left join {{ ref('int_small_count') }} as counted
        on
            figure.indicator_id = counted.indicator_id
            and figure.region_code = counted.region_code
            and figure.period_id = counted.period_id
            and figure.unit = counted.unit
    left join {{ ref('int_hidden') }} as hidden
        on
            counted.group_id = hidden.group_id
            and counted.region_code = hidden.region_code
            and counted.period_id = hidden.period_id
)

select
    indicator_id,
    region_code,
    region_level,
    period_id,
    unit,
    case when not is_hidden then numerator end as numerator,
    case when not is_hidden then denominator end as denominator,
    case when not is_hidden then value end as value,
    case when not is_hidden then value_low end as value_low,
    case when not is_hidden then value_high end as value_high,
    coverage,
    case when is_hidden then 'suppressed' else status end as status
from judged
order by indicator_id, region_code, period_id, unit

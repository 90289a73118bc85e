-- Grain: one row per figure, region, period and unit.
-- Inputs: indicator, seed indicator_unit, int_handover_cell.
-- Caveats: every cell below its threshold is suppressed, zero included; a restricted figure always; secondary
-- suppression comes later.
{{ config(alias='indicator') }}
with judged as (
    select
        figure.*,
        figure.status = 'ok' and (
            coalesce(figure.numerator < unit.threshold and unit.kind not in ('median', 'maximum'), false)
            or (unit.kind in ('share', 'ratio', 'median', 'maximum') and figure.denominator < unit.threshold)
            or (unit.kind = 'share' and figure.denominator - figure.numerator < unit.threshold)
            or (unit.kind = 'quantity' and coalesce(seized.handovers, 0) < unit.threshold)
            or (unit.region_floor = 'prefecture' and figure.region_level = 'county')
            or (unit.region_floor = 'province' and figure.region_level <> 'province')
            or unit.region_floor = 'restricted'
        ) as is_small
    from {{ ref('indicator') }} as figure
    inner join {{ ref('indicator_unit') }} as unit
        on figure.indicator_id = unit.indicator_id and figure.unit = unit.unit
    left join {{ ref('int_handover_cell') }} as seized
        on
            figure.indicator_id = 'R5'
            and figure.region_code = seized.cell_region
            and figure.period_id = seized.cell_period
            and figure.unit = seized.unit
            and seized.standing = 'settled'
)

select
    indicator_id,
    region_code,
    region_level,
    period_id,
    unit,
    case when not is_small then numerator end as numerator,
    case when not is_small then denominator end as denominator,
    case when not is_small then value end as value,
    case when not is_small then value_low end as value_low,
    case when not is_small then value_high end as value_high,
    coverage,
    case when is_small then 'suppressed' else status end as status
from judged
order by indicator_id, region_code, period_id, unit

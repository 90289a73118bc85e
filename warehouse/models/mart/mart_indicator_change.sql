-- Grain: one row per figure, region, period and unit published in both releases with another value.
-- Inputs: indicator_change, mart_indicator, what the release before published.
-- Caveats: only cells neither release suppressed: a change must not tell what suppression hides.
{{ config(alias='indicator_change') }}
select
    change.release_id,
    change.previous_release_id,
    change.indicator_id,
    change.region_code,
    change.period_id,
    change.unit,
    change.value_before,
    change.value_now,
    change.cause
from {{ ref('indicator_change') }} as change
inner join {{ ref('mart_indicator') }} as today
    on
        change.indicator_id = today.indicator_id
        and change.region_code = today.region_code
        and change.period_id = today.period_id
        and change.unit = today.unit
inner join {{ previous('mart_indicator') }} as former
    on
        change.indicator_id = former.indicator_id
        and change.region_code = former.region_code
        and change.period_id = former.period_id
        and change.unit = former.unit
where today.status = 'ok' and former.status = 'ok'
order by change.indicator_id, change.region_code, change.period_id, change.unit

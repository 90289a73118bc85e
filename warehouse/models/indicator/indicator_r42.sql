-- Grain: one row per region, period and unit of R42.
-- Definition: persons held for compulsory treatment in a facility of the police for more than 6 months on the last day
-- of the period.
-- Inputs: stg_police_custody, int_mention.
-- Caveats: 6 months are the limit of 戒毒条例 27; a provincial plan may allow 12.
with stock as (
    {{ at_period_end(reported('police_custody'), 'region_code') }}
),

cell as (
    select *
    from stock
    where
        custody_type = '公安强制隔离戒毒所'
        and not refused
        and admitted_date + interval 6 month < cell_end - interval 1 day
        and (released_date is null or released_date >= cell_end)
),

counted as (
    {{ with_persons('police_custody') }}
),

measured as (
    {{ measure({
        'person': ["count(distinct person_id)"]
    }, 'counted') }}
)

{{ on_grid('R42') }}

-- Grain: one row per region, period and unit of R18.
-- Definition: decisions on compulsory treatment by date, region of the police; admissions by police facilities and by
-- those of the justice system, by date, region of the facility.
-- Inputs: stg_police_treatment_order, stg_police_custody, stg_rehab_episode, int_mention.
-- Caveats: the stages overlap: never add them.
with decision as (
    {{ in_cells(reported('police_treatment_order'), 'decided_date', 'deciding_region_code') }}
),

police as (
    {{ in_cells(reported('police_custody'), 'admitted_date', 'region_code') }}
),

justice as (
    {{ in_cells(reported('rehab_episode'), 'admitted_date', 'region_code') }}
),

decided as (
    {{ with_persons('police_treatment_order', 'decision') }}
    where cell.order_type = '强制隔离戒毒'
),

held_by_police as (
    {{ with_persons('police_custody', 'police') }}
    where cell.custody_type = '公安强制隔离戒毒所' and not cell.refused
),

held_by_justice as (
    {{ with_persons('rehab_episode', 'justice') }}
),

measured as (
    {{ persons_and_events('decided', '_decided') }}
    union all
    {{ persons_and_events('held_by_police', '_police') }}
    union all
    {{ persons_and_events('held_by_justice', '_justice') }}
)

{{ on_grid('R18') }}

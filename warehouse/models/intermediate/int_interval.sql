-- Grain: one row per interval in which a time limit stands still.
-- Inputs: stg_court_judgment, stg_police_custody, stg_prison_admission, int_mention.
-- Caveats: an interval that has no end yet ends with the last known day.
with stretch as (
    select
        'trial_stayed' as interval_kind,
        'court_judgment' as dataset,
        record_key,
        source_row_token,
        court_region_code as region_code,
        stayed_date as from_date,
        resumed_date as until_date
    from {{ ref('stg_court_judgment') }}
    where stayed_date is not null
    union all
    select
        'in_custody' as interval_kind,
        'police_custody' as dataset,
        record_key,
        source_row_token,
        region_code,
        admitted_date as from_date,
        released_date as until_date
    from {{ ref('stg_police_custody') }}
    where not refused and custody_type = '看守所' and admitted_date is not null
    union all
    select
        'in_custody' as interval_kind,
        'prison_admission' as dataset,
        record_key,
        source_row_token,
        prison_region_code as region_code,
        admitted_date as from_date,
        released_date as until_date
    from {{ ref('stg_prison_admission') }}
    where not refused and admitted_date is not null
)

select
    stretch.interval_kind,
    stretch.dataset,
    stretch.record_key,
    stretch.source_row_token,
    stretch.region_code,
    mention.person_id,
    mention.party_id,
    stretch.from_date,
    stretch.until_date is not null as is_over,
    least(coalesce(stretch.until_date, known.last_day), known.last_day) as until_date
from stretch
inner join {{ ref('int_mention') }} as mention
    on stretch.dataset = mention.dataset and stretch.record_key = mention.record_key
cross join {{ ref('int_last_day') }} as known

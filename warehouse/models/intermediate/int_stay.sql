-- Grain: one row per stay in a facility that reports its months, and standing.
-- Inputs: stg_rehab_episode, stg_police_custody, stg_health_centre_episode, stg_rehab_facility_month, int_mention,
-- int_entered.
-- Caveats: police records name their facility, its reports give the code. Somebody who escaped is away from the day of
-- the escape until recaptured.
with police_facility as (
    select
        facility_name,
        min(facility_code) as facility_code
    from {{ ref('stg_rehab_facility_month') }}
    where operated_by = '公安'
    group by facility_name
),

stay as (
    select
        'rehab_episode' as dataset,
        record_key,
        standing,
        facility_code,
        admitted_date,
        lifted_date as left_date,
        escaped_date as away_from,
        recaptured_date as away_until
    from {{ reported('rehab_episode') }} as episode
    union all
    select
        'police_custody' as dataset,
        custody.record_key,
        custody.standing,
        facility.facility_code,
        custody.admitted_date,
        custody.released_date as left_date,
        null as away_from,
        null as away_until
    from {{ reported('police_custody') }} as custody
    inner join police_facility as facility on custody.facility_name = facility.facility_name
    where custody.custody_type = '公安强制隔离戒毒所' and not custody.refused
    union all
    select
        'health_centre_episode' as dataset,
        record_key,
        standing,
        facility_code,
        admitted_date,
        discharged_date as left_date,
        null as away_from,
        null as away_until
    from {{ reported('health_centre_episode') }} as episode
)

select
    stay.*,
    coalesce(mention.person_id, stay.record_key) as person_id,
    entered.entered_on
from stay
left join {{ ref('int_mention') }} as mention
    on stay.dataset = mention.dataset and stay.record_key = mention.record_key
left join {{ ref('int_entered') }} as entered
    on stay.dataset = entered.dataset and stay.record_key = entered.record_key
where stay.admitted_date is not null

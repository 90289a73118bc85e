-- Grain: one row per person with a register row that says when the person was first detected.
-- Inputs: stg_police_drug_user, int_mention, int_person.
-- Caveats: home is the row of earliest detection, status the row of latest status date; ties by record key.
with entry as (
    select
        mention.person_id,
        register.*
    from {{ ref('stg_police_drug_user') }} as register
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_drug_user' and register.record_key = mention.record_key
),

home as (
    select
        person_id,
        first_detected_date,
        register_region_code
    from entry
    where first_detected_date is not null
    qualify row_number() over (partition by person_id order by first_detected_date, record_key) = 1
),

latest as (
    select
        person_id,
        register_status,
        register_status_date
    from entry
    qualify row_number() over (
        partition by person_id order by register_status_date desc nulls last, record_key asc
    ) = 1
)

select
    home.person_id,
    home.first_detected_date,
    home.register_region_code as region_code,
    latest.register_status,
    coalesce(latest.register_status_date, home.first_detected_date) as register_status_date,
    date_sub('year', person.birth_date, home.first_detected_date) as age_at_detection
from home
inner join latest on home.person_id = latest.person_id
left join {{ ref('int_person') }} as person on home.person_id = person.person_id

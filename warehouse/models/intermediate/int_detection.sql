-- Grain: one row per day a person was found to use drugs.
-- Inputs: stg_police_drug_test, stg_police_drug_user, stg_police_treatment_order, int_mention.
-- Caveats: a positive test, a register entry or an order says so.
with found as (
    select
        'police_drug_test' as dataset,
        record_key,
        tested_date as detected_on
    from {{ ref('stg_police_drug_test') }}
    where test_result = '阳性'
    union all
    select
        'police_drug_user' as dataset,
        record_key,
        first_detected_date as detected_on
    from {{ ref('stg_police_drug_user') }}
    union all
    select
        'police_treatment_order' as dataset,
        record_key,
        detected_date as detected_on
    from {{ ref('stg_police_treatment_order') }}
)

select distinct
    mention.person_id,
    found.detected_on
from found
inner join {{ ref('int_mention') }} as mention
    on found.dataset = mention.dataset and found.record_key = mention.record_key
where found.detected_on is not null

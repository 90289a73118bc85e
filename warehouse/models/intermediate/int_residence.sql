-- Grain: one row per record of the police that says where a person lives.
-- Definition: a county that neither the record before nor the one after knows is not believed where these two agree.
-- Inputs: stg_police_treatment_order, stg_police_community_treatment, stg_police_drug_test, stg_police_custody,
-- int_mention.
-- Caveats: by the day the record is about, whatever the dataset. Where a neighbour is missing, or the two disagree, the
-- record is believed, and other_code is what the one after says, or else the one before.
with said as (
    select
        'police_treatment_order' as dataset,
        record_key,
        decided_date as said_on,
        residence_code
    from {{ ref('stg_police_treatment_order') }}
    union all
    select
        'police_community_treatment' as dataset,
        record_key,
        reported_date as said_on,
        residence_code
    from {{ ref('stg_police_community_treatment') }}
    union all
    select
        'police_drug_test' as dataset,
        record_key,
        coalesce(tested_date, due_date) as said_on,
        residence_code
    from {{ ref('stg_police_drug_test') }}
    union all
    select
        'police_custody' as dataset,
        record_key,
        admitted_date as said_on,
        residence_code
    from {{ ref('stg_police_custody') }}
),

between_others as (
    select
        said.dataset,
        said.record_key,
        said.residence_code,
        lag(said.residence_code) over records_of_person as code_before,
        lead(said.residence_code) over records_of_person as code_after
    from said
    inner join {{ ref('int_mention') }} as mention
        on said.dataset = mention.dataset and said.record_key = mention.record_key
    where said.said_on is not null and said.residence_code is not null
    window records_of_person as (partition by mention.person_id order by said.said_on, said.dataset, said.record_key)
)

select
    dataset,
    record_key,
    residence_code as written_code,
    case when code_before = code_after then code_after else residence_code end as residence_code,
    case
        when code_before = code_after or residence_code in (code_before, code_after) then null
        else coalesce(code_after, code_before)
    end as other_code
from between_others

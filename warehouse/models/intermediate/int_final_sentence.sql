-- Grain: one row per case and person with a judgment in effect: the last instance's judgment.
-- Inputs: stg_court_judgment, stg_police_case_suspect, int_mention.
-- Caveats: time served counts from detention, where known; three months or less left are served in a detention
-- centre (刑诉法 264), so they are not to go to prison.
with judgment as (
    select
        record.*,
        mention.case_id,
        mention.person_id
    from {{ ref('stg_court_judgment') }} as record
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'court_judgment' and record.record_key = mention.record_key
    where mention.case_id is not null
    qualify row_number() over (
        partition by mention.case_id, mention.person_id
        order by record.instance = '二审' desc, record.judgment_date desc, record.record_key asc
    ) = 1
),

detention as (
    select
        mention.case_id,
        mention.person_id,
        min(suspect.detained_date) as detained_date
    from {{ ref('stg_police_case_suspect') }} as suspect
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_case_suspect' and suspect.record_key = mention.record_key
    group by mention.case_id, mention.person_id
),

measured as (
    select
        judgment.*,
        (coalesce(detention.detained_date, judgment.effective_date) + to_months(judgment.term_months))::date as ends_on
    from judgment
    left join detention on judgment.case_id = detention.case_id and judgment.person_id = detention.person_id
    where judgment.effective_date is not null
)

select
    *,
    penalty in ('有期徒刑', '无期徒刑', '死缓', '拘役', '管制') as to_execute,
    penalty in ('有期徒刑', '无期徒刑', '死缓') and not suspended
    and (ends_on is null or ends_on > effective_date + interval 3 month) as to_prison
from measured

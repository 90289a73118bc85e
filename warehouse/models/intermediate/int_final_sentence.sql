-- Grain: one row per party of a case with a judgment in effect: the last instance's judgment.
-- Inputs: stg_court_judgment, stg_court_delivery, int_detained, int_mention.
-- Caveats: who receives the documents says how a sentence is served. While nobody does, time served counts from
-- detention, where known; three months or less left are served in a detention centre (刑诉法 264), not in prison. The
-- delivery is the one that names the judgment of first instance and the defendant's number, else the party's; of
-- judgments with one execution notice the last holds, whoever we take the defendants for. A judgment on appeal of
-- somebody we do not find among the defendants of the first instance is not a second sentence.
with delivery as (
    select
        record.court_case_no,
        record.defendant_seq,
        mention.party_id,
        record.execution_notice_no,
        record.receiving_agency
    from {{ ref('stg_court_delivery') }} as record
    left join {{ ref('int_mention') }} as mention
        on mention.dataset = 'court_delivery' and record.record_key = mention.record_key
),

delivery_of_defendant as (
    select
        court_case_no,
        defendant_seq,
        min(execution_notice_no) as execution_notice_no,
        min(receiving_agency) as receiving_agency
    from delivery
    group by court_case_no, defendant_seq
),

delivery_of_party as (
    select
        party_id,
        min(execution_notice_no) as execution_notice_no,
        min(receiving_agency) as receiving_agency
    from delivery
    group by party_id
),

last_judgment as (
    select
        record.*,
        mention.party_id,
        coalesce(min(named.execution_notice_no) over of_party, own.execution_notice_no) as execution_notice_no,
        coalesce(min(named.receiving_agency) over of_party, own.receiving_agency) as receiving_agency,
        bool_or(record.instance = '一审') over of_party as has_first_instance
    from {{ ref('stg_court_judgment') }} as record
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'court_judgment' and record.record_key = mention.record_key
    left join delivery_of_defendant as named
        on record.court_case_no = named.court_case_no and record.defendant_seq = named.defendant_seq
    left join delivery_of_party as own on mention.party_id = own.party_id
    where mention.party_id is not null
    window of_party as (partition by mention.party_id)
    qualify row_number() over (
        partition by mention.party_id
        order by record.instance = '二审' desc, record.judgment_date desc, record.record_key asc
    ) = 1
),

judgment as (
    select *
    from last_judgment
    where
        has_first_instance
        or execution_notice_no is not null
        or first_instance_case_no is null
        or first_instance_case_no not in (
            select first_instance.court_case_no
            from {{ ref('stg_court_judgment') }} as first_instance
            where first_instance.court_case_no is not null
        )
    qualify row_number() over (
        partition by coalesce(execution_notice_no, record_key)
        order by instance = '二审' desc, judgment_date desc, record_key asc
    ) = 1
),

detention as (
    select
        party_id,
        min(detained_date) as detained_date
    from {{ ref('int_detained') }}
    group by party_id
),

measured as (
    select
        judgment.*,
        (coalesce(detention.detained_date, judgment.effective_date) + to_months(judgment.term_months))::date as ends_on
    from judgment
    left join detention on judgment.party_id = detention.party_id
    where judgment.effective_date is not null
)

select
    *,
    penalty in ('有期徒刑', '无期徒刑', '死缓', '拘役', '管制') as to_execute,
    penalty in ('有期徒刑', '无期徒刑', '死缓') and not suspended
    and coalesce(
        receiving_agency = '监狱', ends_on is null or ends_on > effective_date + interval 3 month
    ) as to_prison
from measured

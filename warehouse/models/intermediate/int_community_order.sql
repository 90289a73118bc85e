-- Grain: one row per order of community treatment or rehabilitation, with what its agreement adds.
-- Inputs: stg_police_treatment_order, stg_police_community_treatment, int_mention.
-- Caveats: without a place of execution the deciding county counts; of several agreements the first one holds.
with agreement as (
    select *
    from {{ ref('stg_police_community_treatment') }}
    where order_doc_no is not null
    qualify row_number() over (partition by order_doc_no order by reported_date, record_key) = 1
)

select
    decision.record_key,
    mention.person_id,
    decision.order_doc_no,
    coalesce(decision.execution_region_code, decision.deciding_region_code) as execution_region_code,
    decision.hukou_code <> decision.residence_code as is_separated,
    decision.served_date,
    coalesce(decision.reported_date, agreement.reported_date) as reported_date,
    coalesce(decision.lifted_date, agreement.lifted_date) as lifted_date,
    coalesce(decision.end_reason, agreement.end_reason) as end_reason,
    agreement.out_of_contact_date,
    agreement.contact_regained_date,
    agreement.support_measure
from {{ ref('stg_police_treatment_order') }} as decision
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'police_treatment_order' and decision.record_key = mention.record_key
left join agreement on decision.order_doc_no = agreement.order_doc_no
where decision.order_type in ('社区戒毒', '社区康复')

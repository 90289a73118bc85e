-- Grain: one row per order of community treatment or rehabilitation and standing, with what its agreement adds.
-- Inputs: stg_police_treatment_order, stg_police_community_treatment, int_separation, int_mention.
-- Caveats: without a place of execution the deciding county counts; of several agreements the first one holds. A
-- withheld order or agreement gives the order a revision.
{% set columns %}
        decision.record_key,
        decision.source_row_token,
        decision.person_id,
        decision.person_strict,
        decision.person_loose,
        decision.order_doc_no,
        coalesce(decision.execution_region_code, decision.deciding_region_code) as execution_region_code,
        decision.is_separated,
        decision.may_be_separated,
        decision.served_date,
        coalesce(decision.reported_date, agreement.reported_date) as reported_date,
        coalesce(decision.lifted_date, agreement.lifted_date) as lifted_date,
        coalesce(decision.end_reason, agreement.end_reason) as end_reason,
        agreement.out_of_contact_date,
        agreement.contact_regained_date,
        agreement.support_measure
{% endset %}
with cell as (
    select *
    from {{ reported('police_treatment_order') }} as record
    where order_type in ('社区戒毒', '社区康复')
),

linked as (
    {{ with_persons('police_treatment_order') }}
),

decision as (
    select
        linked.*,
        home.is_separated,
        home.may_be_separated
    from linked
    inner join {{ ref('int_separation') }} as home
        on linked.record_key = home.record_key and linked.standing = home.standing
),

agreement_settled as (
    select *
    from {{ reported('police_community_treatment') }} as record
    where order_doc_no is not null and standing = 'settled'
    qualify row_number() over (partition by order_doc_no order by reported_date, record_key) = 1
),

agreement_later as (
    select *
    from {{ reported('police_community_treatment') }} as record
    where order_doc_no is not null and standing <> 'outdated'
    qualify row_number() over (
        partition by order_doc_no order by standing = 'settled', reported_date, record_key
    ) = 1
),

-- Orders of which the agreement alone has a version or row in quarantine.
agreement_withheld as (
    select later.order_doc_no
    from agreement_later as later
    where
        later.standing <> 'settled'
        and later.order_doc_no not in (
            select held.order_doc_no
            from {{ withheld('police_treatment_order') }} as held
            where held.order_doc_no is not null
        )
)

select
    {{ columns }},
    decision.standing
from decision
left join agreement_settled as agreement on decision.order_doc_no = agreement.order_doc_no
where decision.standing in ('settled', 'outdated')
union all
select
    {{ columns }},
    'outdated' as standing
from decision
inner join agreement_withheld as changed on decision.order_doc_no = changed.order_doc_no
left join agreement_settled as agreement on decision.order_doc_no = agreement.order_doc_no
where decision.standing = 'settled'
union all
select
    {{ columns }},
    'revision' as standing
from decision
inner join agreement_withheld as changed on decision.order_doc_no = changed.order_doc_no
inner join agreement_later as agreement on decision.order_doc_no = agreement.order_doc_no
where decision.standing = 'settled'
union all
select
    {{ columns }},
    decision.standing
from decision
left join agreement_later as agreement on decision.order_doc_no = agreement.order_doc_no
where decision.standing in ('revision', 'withheld')

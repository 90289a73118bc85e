-- Grain: one row per release from custody of a person whose compulsory treatment is not over.
-- Inputs: stg_police_treatment_order, stg_rehab_episode, int_interval, int_mention.
-- Caveats: custody counts towards the term (戒毒条例 36); a release into other custody is none.
with episode as (
    select
        order_doc_no,
        max(term_end_date) as term_end_date
    from {{ ref('stg_rehab_episode') }}
    group by order_doc_no
),

term as (
    select
        compulsory.order_doc_no,
        compulsory.decided_date,
        compulsory.lifted_date,
        mention.person_id,
        mention.case_id,
        coalesce(
            episode.term_end_date,
            (compulsory.decided_date + to_months(coalesce(compulsory.term_months, 24)))::date
        ) as term_end_date
    from {{ ref('stg_police_treatment_order') }} as compulsory
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_treatment_order' and compulsory.record_key = mention.record_key
    left join episode on compulsory.order_doc_no = episode.order_doc_no
    where compulsory.order_type = '强制隔离戒毒'
),

freed as (
    select stretch.*
    from {{ ref('int_interval') }} as stretch
    where
        stretch.interval_kind = 'in_custody'
        and stretch.is_over
        and not exists (
            select 1
            from {{ ref('int_interval') }} as next
            where
                next.interval_kind = 'in_custody'
                and next.person_id = stretch.person_id
                and next.source_row_token <> stretch.source_row_token
                and next.from_date <= stretch.until_date
                and (next.until_date > stretch.until_date or not next.is_over)
        )
)

select
    freed.dataset,
    freed.record_key,
    freed.source_row_token,
    term.person_id,
    term.case_id,
    freed.region_code,
    freed.until_date as released_date,
    term.order_doc_no
from freed
inner join term
    on
        freed.person_id = term.person_id
        and freed.from_date >= term.decided_date
        and freed.until_date < term.term_end_date
        and (term.lifted_date is null or freed.until_date < term.lifted_date)

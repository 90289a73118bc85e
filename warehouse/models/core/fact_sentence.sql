-- Grain: one row per defendant of a judgment that is not sealed (刑诉法 286: under 18, up to 5 years).
-- Inputs: stg_court_judgment, int_mention, dim_person.
-- Caveats: no source keys or case numbers; the vault resolves the token.
select
    record.source_row_token,
    person.person_id,
    mention.case_id,
    record.court_region_code,
    record.instance,
    record.offence_name,
    record.judgment_date,
    record.penalty,
    record.term_months,
    record.suspended,
    record.effective_date,
    record.stayed,
    record.recidivist
from {{ ref('stg_court_judgment') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'court_judgment' and record.record_key = mention.record_key
inner join {{ ref('dim_person') }} as person on mention.person_id = person.person_id
left join {{ ref('int_person') }} as born on mention.person_id = born.person_id
where
    not coalesce(
        date_sub('year', born.birth_date, record.judgment_date) < 18 and coalesce(record.term_months, 0) <= 60, false
    )
order by record.source_row_token

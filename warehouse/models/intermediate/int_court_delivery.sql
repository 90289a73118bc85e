-- Grain: one row per judgment and defendant to be carried out, with the region of its court.
-- Inputs: stg_court_delivery, stg_court_judgment, int_final_sentence, int_mention.
-- Caveats: without its judgment a delivery has no region.
with court as (
    select
        court_case_no,
        min(court_region_code) as court_region_code
    from {{ ref('stg_court_judgment') }}
    group by court_case_no
)

select
    record.*,
    court.court_region_code,
    coalesce(sentence.to_prison, false) as to_prison
from {{ ref('stg_court_delivery') }} as record
left join court on record.court_case_no = court.court_case_no
left join {{ ref('int_mention') }} as mention
    on mention.dataset = 'court_delivery' and record.record_key = mention.record_key
left join {{ ref('int_final_sentence') }} as sentence
    on mention.case_id = sentence.case_id and mention.person_id = sentence.person_id

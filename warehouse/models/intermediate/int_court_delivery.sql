-- Grain: one row per judgment and defendant to be carried out, with the region of its court.
-- Inputs: stg_court_delivery, stg_court_judgment, int_final_sentence, int_mention.
-- Caveats: a delivery whose judgment has not come, or waits in quarantine, stands in for it (lacks_judgment): it tells
-- when the sentence took effect and, by who receives the documents, how it is served. Its region is then that of the
-- other judgments whose numbers name the court, when these agree.
with court as (
    select
        court_case_no,
        min(court_region_code) as court_region_code
    from {{ ref('stg_court_judgment') }}
    group by court_case_no
),

named_court as (
    select
        {{ court_in_number('court_case_no') }} as court_name,
        min(court_region_code) as court_region_code
    from {{ ref('stg_court_judgment') }}
    group by court_name
    having min(court_region_code) = max(court_region_code)
),

judged as (
    select distinct
        court_case_no,
        defendant_seq
    from {{ ref('stg_court_judgment') }}
)

select
    record.*,
    coalesce(court.court_region_code, named_court.court_region_code) as court_region_code,
    coalesce(sentence.to_prison, record.receiving_agency = '监狱', false) as to_prison,
    sentence.record_key is null and judged.court_case_no is null as lacks_judgment
from {{ ref('stg_court_delivery') }} as record
left join court on record.court_case_no = court.court_case_no
left join named_court on {{ court_in_number('record.court_case_no') }} = named_court.court_name
left join judged on record.court_case_no = judged.court_case_no and record.defendant_seq = judged.defendant_seq
left join {{ ref('int_mention') }} as mention
    on mention.dataset = 'court_delivery' and record.record_key = mention.record_key
left join {{ ref('int_final_sentence') }} as sentence on mention.party_id = sentence.party_id

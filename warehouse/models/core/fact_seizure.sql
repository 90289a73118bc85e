-- Grain: one row per seized item.
-- Inputs: stg_police_seizure, stg_police_case_suspect, int_mention.
-- Caveats: the net weight of the laboratory stands in its own column; no persons.
with case_of as (
    select
        suspect.police_case_no,
        min(mention.case_id) as case_id
    from {{ ref('stg_police_case_suspect') }} as suspect
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_case_suspect' and suspect.record_key = mention.record_key
    group by suspect.police_case_no
)

select
    item.source_row_token,
    case_of.case_id,
    item.seized_date,
    item.seized_region_code,
    item.drug_code,
    item.drug_category,
    item.quantity_kind,
    item.quantity_value,
    item.net_grams,
    item.lab_result
from {{ ref('stg_police_seizure') }} as item
left join case_of on item.police_case_no = case_of.police_case_no
order by item.source_row_token

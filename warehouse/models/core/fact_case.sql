-- Grain: one row per case with a police record.
-- Inputs: stg_police_case_suspect, int_mention.
-- Caveats: several suspects agree on the case's dates; the earliest is taken. Cases of the police that were joined (并案)
-- are one case here, one that was severed (分案) stays one: see fact_case_event.
select
    mention.case_id,
    min(record.handling_region_code) as handling_region_code,
    min(record.filed_date) as filed_date,
    min(record.solved_date) as solved_date,
    count(*) as suspects
from {{ ref('stg_police_case_suspect') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'police_case_suspect' and record.record_key = mention.record_key
where mention.case_id is not null
group by mention.case_id
order by mention.case_id

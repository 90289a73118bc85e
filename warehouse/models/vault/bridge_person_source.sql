-- Grain: one row per mention and current source row.
-- Inputs: int_mention, source_row.
-- Caveats: vault only.
select
    mention.person_id,
    mention.dataset,
    mention.record_key,
    mention.person_group,
    source.source_row_token
from {{ ref('int_mention') }} as mention
inner join {{ ref('source_row') }} as source
    on mention.dataset = source.dataset and mention.record_key = source.record_key
where source.is_current
order by mention.dataset, mention.record_key

-- Grain: one row per handed-over person and item.
-- Inputs: stg_transport_handover, int_mention, dim_person.
-- Caveats: no source keys or case numbers; the vault resolves the token.
select
    record.source_row_token,
    person.person_id,
    mention.case_id,
    record.checkpoint_code,
    record.seized_date,
    record.drug_code,
    record.drug_category,
    record.quantity_kind,
    record.quantity_value,
    record.handed_over_date
from {{ ref('stg_transport_handover') }} as record
inner join {{ ref('int_mention') }} as mention
    on mention.dataset = 'transport_handover' and record.record_key = mention.record_key
inner join {{ ref('dim_person') }} as person on mention.person_id = person.person_id

order by record.source_row_token

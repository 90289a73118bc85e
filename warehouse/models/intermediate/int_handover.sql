-- Grain: one row per handed-over item and standing, with the region of its checkpoint.
-- Inputs: stg_transport_handover, stg_transport_checkpoint.
-- Caveats: pieces and tablets are estimates and carry no unit of R5.
select
    handover.record_key,
    handover.source_row_token,
    handover.handover_no,
    handover.seized_date,
    handover.handed_over_date,
    checkpoint.region_code,
    handover.quantity_value,
    handover.standing,
    case
        when handover.quantity_kind = 'weighed_gram' and handover.drug_category = 'precursor' then 'tonne_precursor'
        when handover.quantity_kind = 'weighed_gram' then 'tonne'
        when handover.quantity_kind = 'liquid_ml' then 'litre_liquid'
        when handover.quantity_kind = 'plant' then 'plant'
    end as unit
from {{ reported('transport_handover') }} as handover
left join {{ ref('stg_transport_checkpoint') }} as checkpoint
    on handover.checkpoint_code = checkpoint.checkpoint_code

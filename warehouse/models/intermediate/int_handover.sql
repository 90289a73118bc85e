-- Grain: one row per handover and person, with the region of its checkpoint.
-- Inputs: stg_transport_handover, stg_transport_checkpoint.
-- Caveats: of a checkpoint nobody reported the region is unknown.
select
    handover.record_key,
    handover.source_row_token,
    handover.handover_no,
    handover.handed_over_date,
    checkpoint.region_code
from {{ ref('stg_transport_handover') }} as handover
left join {{ ref('stg_transport_checkpoint') }} as checkpoint
    on handover.checkpoint_code = checkpoint.checkpoint_code

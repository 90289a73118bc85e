-- Grain: one row per decided delivery.
-- Inputs: stg_delivery.
-- Caveats: file names stay in the vault.
select
    delivery_id,
    dataset,
    agency,
    period_start,
    period_end,
    due_at,
    received_at,
    exported_at,
    status,
    correction_of,
    rows_physical,
    rows_staged,
    rows_quarantined,
    rows_duplicate,
    rows_cleared,
    rows_corrected,
    round(rows_staged / nullif(rows_staged + rows_quarantined, 0), 4)::double as staged_share
from {{ ref('stg_delivery') }}
order by dataset, delivery_id

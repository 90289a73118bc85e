-- Grain: one row per decided delivery.
-- Inputs: the deliveries of the resolved records.
-- Caveats: duplicates are listed too; their rows count for nothing.
select
    delivery_id,
    dataset,
    agency,
    period_start::date as period_start,
    period_end::date as period_end,
    due_at,
    received_at,
    exported_at,
    status,
    correction_of,
    contract_version,
    rows_claimed,
    rows_physical,
    rows_staged,
    rows_quarantined,
    rows_duplicate,
    rows_non_data,
    rows_cleared,
    rows_corrected,
    sha256,
    file_name
from read_parquet('{{ var("deliveries", "deliveries.parquet") }}')

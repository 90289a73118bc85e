-- Grain: one row per special-care centre, month and number of persons it reports.
-- Inputs: int_reconciliation.
-- Caveats: as core.reconciliation.
{{ config(alias='reconciliation') }}
select * exclude (clearance)
from {{ ref('int_reconciliation') }}
where clearance = 'health'
order by total_id

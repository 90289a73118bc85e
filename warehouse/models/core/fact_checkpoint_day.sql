-- Grain: one row per checkpoint and day.
-- Inputs: stg_transport_checkpoint_day.
-- Caveats: aggregate data, no persons.
select
    checkpoint_code,
    report_date,
    passed,
    inspected,
    seizures
from {{ ref('stg_transport_checkpoint_day') }}
order by checkpoint_code, report_date

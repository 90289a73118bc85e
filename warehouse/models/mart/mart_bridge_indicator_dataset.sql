-- Grain: as core.bridge_indicator_dataset.
-- Inputs: bridge_indicator_dataset.
-- Caveats: none.
{{ config(alias='bridge_indicator_dataset') }}
select *
from {{ ref('bridge_indicator_dataset') }}

-- Grain: as core.dim_handoff_rule.
-- Inputs: dim_handoff_rule.
-- Caveats: none.
{{ config(alias='dim_handoff_rule') }}
select *
from {{ ref('dim_handoff_rule') }}

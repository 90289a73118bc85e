-- Grain: one row per title in seed offence.
-- Inputs: seed offence.
-- Caveats: a judgment of several charges names several titles, joined by a stop (、).
select
    offence_name,
    offence_code,
    is_drug_offence,
    valid_from,
    valid_to
from {{ ref('offence') }}
order by offence_name

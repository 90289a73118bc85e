-- Grain: one row per spelling in seed drug.
-- Inputs: seeds drug, drug_substance.
-- Caveats: valid_from is the day the substance came under control, where that is known.
select
    drug.drug_name,
    drug.drug_code,
    substance.drug_category,
    drug.valid_from,
    drug.valid_to
from {{ ref('drug') }} as drug
inner join {{ ref('drug_substance') }} as substance on drug.drug_code = substance.drug_code
order by drug.drug_name

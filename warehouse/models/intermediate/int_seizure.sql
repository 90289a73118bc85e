-- Grain: one row per exhibit of the police and standing, with the unit of R5 it counts in and the amount.
-- Definition: liquids count in millilitres and plants by number, as seized. All else counts in the grams a laboratory
-- weighed, precursors apart; also tablets and pieces, whose number says no weight.
-- Inputs: stg_police_seizure.
-- Caveats: without a net weight an exhibit has no amount yet: the gross one holds the packing. A net weight above the
-- gross one confuses the two, and the lesser is the net. What the laboratory found to be no drug (未检出) is not here.
-- Of a row in quarantine either weight may be its neighbour's: the greater is the most it adds.
select
    record_key,
    source_row_token,
    police_case_no,
    seized_date,
    seized_region_code,
    standing,
    case
        when quantity_kind = 'liquid_ml' then 'litre_liquid'
        when quantity_kind = 'plant' then 'plant'
        when drug_category = 'precursor' then 'tonne_precursor'
        else 'tonne'
    end as unit,
    case
        when quantity_kind in ('liquid_ml', 'plant') then quantity_value
        when quantity_kind <> 'weighed_gram' then net_grams
        when standing in ('revision', 'withheld') and lab_result = '检出' then greatest(net_grams, quantity_value)
        when net_grams > quantity_value then quantity_value
        else net_grams
    end as amount
from {{ reported('police_seizure') }} as exhibit
where lab_result is distinct from '未检出'

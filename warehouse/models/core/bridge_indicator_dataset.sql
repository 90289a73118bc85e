-- Grain: one row per figure, unit and dataset it rests on.
-- Inputs: seeds indicator_unit, indicator_source.
-- Caveats: R32 is about the deliveries themselves, so it rests on every dataset and is not listed.
select
    unit.indicator_id,
    unit.unit,
    source.dataset,
    source.delivery_mode
from {{ ref('indicator_unit') }} as unit
inner join {{ ref('indicator_source') }} as source
    on case when unit.kind like 'submitted%' then 'submitted' else unit.indicator_id end = source.indicator_id
order by unit.indicator_id, unit.unit, source.dataset

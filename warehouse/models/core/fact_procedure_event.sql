-- Grain: one row per dated step of criminal procedure of a person in a case.
-- Inputs: int_event, int_visible_mention.
-- Caveats: steps that give an illness away (service outside prison, placement) are left out; no source keys or case
-- numbers, the vault resolves the token; rows of minors are in no row view.
select
    md5(step.event || '|' || step.source_row_token) as procedure_event_id,
    step.source_row_token,
    person.person_id,
    person.case_id,
    step.event as procedure_event,
    step.happened_on,
    step.region_code
from {{ ref('int_event') }} as step
inner join {{ ref('int_visible_mention') }} as person
    on step.dataset = person.dataset and step.record_key = person.record_key
where
    step.event in (
        'case_filed', 'arrested', 'detained', 'detention_admitted', 'arrest_requested', 'arrest_decided', 'indicted',
        'not_charged', 'judged', 'judged_on_appeal', 'sentence_in_effect', 'documents_delivered', 'imprisoned',
        'corrections_received'
    )
    and not {{ is_minor('person.birth_date', 'step.happened_on') }}
order by procedure_event_id

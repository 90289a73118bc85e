-- Grain: one row per episode of custody; so far admissions to prison, refused ones too.
-- Inputs: stg_prison_admission, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    'prison' as custody_kind,
    record.prison_region_code as custody_region_code,
    record.offence_name,
    record.admitted_date,
    record.released_date,
    record.refused
from {{ ref('stg_prison_admission') }} as record
inner join {{ ref('int_visible_mention') }} as person
    on record.record_key = person.record_key and person.dataset = 'prison_admission'
where not {{ is_minor('person.birth_date', 'record.admitted_date') }}
order by record.source_row_token

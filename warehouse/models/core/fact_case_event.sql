-- Grain: one row per two documents, one of which came out of the other, by which cases were joined or one was severed.
-- Inputs: the identities, stg_police_case_suspect, stg_procuratorate_charge, stg_court_judgment.
-- Definition: joinder (并案): an indictment rests on several filings, or a trial of first instance on several
-- indictments; severance (分案): a filing led to several indictments, or an indictment to several such trials.
-- Caveats: what documents say; of a joinder every document that was joined has a row, of a severance every one that
-- came out of it. No document numbers, the vault resolves the tokens.
with issued as (
    select
        filing_doc_no as document_number,
        min(handling_region_code) as region_code
    from {{ ref('stg_police_case_suspect') }}
    group by filing_doc_no
    union all
    select
        indictment_no as document_number,
        min(procuratorate_region_code) as region_code
    from {{ ref('stg_procuratorate_charge') }}
    where indictment_no is not null
    group by indictment_no
),

cited as (
    select
        'procuratorate_charge' as dataset,
        record_key,
        'filing_doc_no' as from_type,
        'indictment_no' as to_type,
        'police' as from_agency,
        'procuratorate' as to_agency,
        procuratorate_region_code as to_region_code,
        charge_decision_date as happened_on
    from {{ ref('stg_procuratorate_charge') }}
    union all
    select
        'court_judgment' as dataset,
        record_key,
        'indictment_no' as from_type,
        'court_case_no' as to_type,
        'procuratorate' as from_agency,
        'court' as to_agency,
        court_region_code as to_region_code,
        coalesce(received_date, judgment_date) as happened_on
    from {{ ref('stg_court_judgment') }}
    where instance = '一审'
),

step as (
    select
        earlier.case_id,
        earlier.document_token as from_document_token,
        later.document_token as to_document_token,
        cited.from_agency,
        cited.to_agency,
        min(issued.region_code) as from_region_code,
        min(cited.to_region_code) as to_region_code,
        min(cited.happened_on) as happened_on
    from cited
    inner join {{ identity('document') }} as earlier
        on
            cited.dataset = earlier.dataset
            and cited.record_key = earlier.record_key
            and cited.from_type = earlier.document_type
    inner join {{ identity('document') }} as later
        on
            cited.dataset = later.dataset
            and cited.record_key = later.record_key
            and cited.to_type = later.document_type
    left join issued on earlier.document_number = issued.document_number
    group by all
),

counted as (
    select
        *,
        count(*) over (partition by case_id, to_document_token, from_agency) as came_from,
        count(*) over (partition by case_id, from_document_token, to_agency) as led_to
    from step
),

event as (
    select
        'joinder' as case_event,
        *
    from counted
    where came_from > 1
    union all
    select
        'severance' as case_event,
        *
    from counted
    where led_to > 1
)

select
    md5(case_event || '|' || case_id || '|' || from_document_token || '|' || to_document_token) as case_event_id,
    case_id,
    case_event,
    happened_on,
    from_document_token,
    to_document_token,
    from_agency,
    from_region_code,
    to_agency,
    to_region_code
from event
order by case_event_id

-- Grain: one row per event of a record.
-- Inputs: staged records, int_final_sentence, int_court_delivery and other intermediate models, int_mention.
-- Caveats: documents are source numbers and stay in this scratch table; leads and inspections name no person. Who is
-- released from compulsory treatment without an order on rehabilitation is handed to nobody (禁毒法 48: may order).
{{ events('case_filed', 'police_case_suspect', 'filed_date', 'handling_region_code', 'record.lead_no') }}
union all
{{ events('arrested', 'police_case_suspect', 'arrested_date', 'arrest_region_code') }}
union all
{{ events('detained', 'police_case_suspect', 'detained_date', 'handling_region_code') }}
union all
{{ events(
    'detention_admitted', 'police_custody', 'admitted_date', 'region_code', 'record.filing_doc_no',
    "record.custody_type = '看守所' and not record.refused"
) }}
union all
{{ events('arrest_requested', 'procuratorate_charge', 'arrest_requested_date', 'procuratorate_region_code') }}
union all
{{ events('arrest_decided', 'procuratorate_charge', 'arrest_decision_date', 'procuratorate_region_code') }}
union all
{{ events(
    'indicted', 'procuratorate_charge', 'charge_decision_date', 'procuratorate_region_code', 'record.indictment_no',
    "record.charge_decision = '起诉'"
) }}
union all
{{ events(
    'not_charged', 'procuratorate_charge', 'charge_decision_date', 'procuratorate_region_code', 'null',
    "record.charge_decision = '不起诉'"
) }}
union all
{{ events(
    'judged', 'court_judgment', 'judgment_date', 'court_region_code', 'record.indictment_no',
    "record.instance = '一审'"
) }}
union all
{{ events(
    'judged_on_appeal', 'court_judgment', 'judgment_date', 'court_region_code', 'null', "record.instance = '二审'"
) }}
union all
{{ events(
    'imprisonment_in_effect', 'court_judgment', 'effective_date', 'court_region_code', 'record.execution_notice_no',
    'record.to_prison', 'int_final_sentence'
) }}
union all
{{ events(
    'sentence_in_effect', 'court_judgment', 'effective_date', 'court_region_code', 'record.execution_notice_no',
    'record.to_execute', 'int_final_sentence'
) }}
union all
{{ events(
    'freed_under_supervision', 'court_judgment', 'effective_date', 'court_region_code', 'record.execution_notice_no',
    "(record.suspended or record.penalty = '管制')", 'int_final_sentence'
) }}
union all
{{ events(
    'imprisonment_in_effect', 'court_delivery', 'effective_date', 'court_region_code', 'record.execution_notice_no',
    'record.lacks_judgment and record.to_prison', 'int_court_delivery'
) }}
union all
{{ events(
    'sentence_in_effect', 'court_delivery', 'effective_date', 'court_region_code', 'record.execution_notice_no',
    'record.lacks_judgment', 'int_court_delivery'
) }}
union all
{{ events(
    'freed_under_supervision', 'court_delivery', 'effective_date', 'court_region_code', 'record.execution_notice_no',
    "record.lacks_judgment and record.receiving_agency = '社区矫正机构'", 'int_court_delivery'
) }}
union all
{{ events(
    'documents_delivered', 'court_delivery', 'documents_delivered_date', 'court_region_code',
    'record.execution_notice_no', 'true', 'int_court_delivery'
) }}
union all
{{ events(
    'prison_documents_delivered', 'court_delivery', 'documents_delivered_date', 'court_region_code',
    'record.execution_notice_no', 'record.to_prison', 'int_court_delivery'
) }}
union all
{{ events(
    'freed_under_supervision', 'court_delivery', 'outside_execution_date', 'court_region_code',
    'record.execution_notice_no', "record.outside_execution = '决定暂予监外执行'", 'int_court_delivery'
) }}
union all
{{ events(
    'outside_execution_decided', 'court_delivery', 'outside_execution_date', 'court_region_code',
    'record.execution_notice_no', "record.outside_execution = '决定暂予监外执行'", 'int_court_delivery'
) }}
union all
{{ events(
    'imprisoned', 'prison_admission', 'admitted_date', 'prison_region_code', 'record.execution_notice_no',
    'not record.refused'
) }}
union all
{{ events(
    'freed_under_supervision', 'prison_admission', 'released_date', 'prison_region_code', 'record.execution_notice_no',
    'true', 'int_parole'
) }}
union all
{{ events(
    'corrections_received', 'corrections_supervision', 'received_date', 'supervising_region_code',
    'record.execution_notice_no'
) }}
union all
{{ events(
    'outside_execution_received', 'corrections_supervision', 'received_date', 'supervising_region_code',
    'record.execution_notice_no', "record.supervision_category = '暂予监外执行'"
) }}
union all
{{ events(
    'handed_over', 'transport_handover', 'handed_over_date', 'region_code', 'record.handover_no', 'true',
    'int_handover'
) }}
union all
{{ events('lead_sent', 'culture_inspection', 'lead_sent_date', 'region_code', 'record.lead_no') }}
union all
{{ events(
    'order_decided', 'police_treatment_order', 'decided_date', 'deciding_region_code', 'record.order_doc_no',
    "record.order_type <> '强制隔离戒毒'"
) }}
union all
{{ events('order_served', 'police_treatment_order', 'served_date', 'deciding_region_code', 'record.order_doc_no') }}
union all
{{ events(
    'community_served', 'police_treatment_order', 'served_date', 'deciding_region_code', 'record.order_doc_no',
    "record.order_type = '社区戒毒'"
) }}
union all
{{ events(
    'rehabilitation_decided', 'police_treatment_order', 'decided_date', 'deciding_region_code',
    'record.preceding_order_doc_no', "record.order_type = '社区康复'"
) }}
union all
{{ events(
    'rehabilitation_served', 'police_treatment_order', 'served_date', 'deciding_region_code', 'record.order_doc_no',
    "record.order_type = '社区康复'"
) }}
union all
{{ events(
    'reported', 'police_treatment_order', 'reported_date', 'execution_region_code', 'record.order_doc_no',
    "record.order_type <> '强制隔离戒毒'"
) }}
union all
{{ events('reported', 'police_community_treatment', 'reported_date', 'execution_region_code', 'record.order_doc_no') }}
union all
{{ events(
    'community_treatment_expired', 'police_community_treatment', 'lifted_date', 'execution_region_code', 'null',
    "record.end_reason = '期满'"
) }}
union all
{{ events(
    'community_release_notified', 'police_community_treatment', 'release_notice_date', 'execution_region_code'
) }}
union all
{{ events(
    'order_ended', 'police_treatment_order', 'lifted_date', 'deciding_region_code', 'record.order_doc_no',
    "record.end_reason in ('转强制隔离戒毒', '收监执行刑罚', '死亡')"
) }}
union all
{{ events(
    'order_revoked', 'police_treatment_order', 'lifted_date', 'deciding_region_code', 'record.order_doc_no',
    "record.end_reason = '撤销'"
) }}
union all
{{ events(
    'police_rehab_admitted', 'police_custody', 'admitted_date', 'region_code', 'record.order_doc_no',
    "record.custody_type = '公安强制隔离戒毒所' and not record.refused"
) }}
union all
{{ events(
    'police_rehab_left', 'police_custody', 'released_date', 'region_code', 'record.order_doc_no',
    "record.custody_type = '公安强制隔离戒毒所' and record.destination <> '移送司法强制隔离戒毒所'"
) }}
union all
{{ events(
    'placed', 'police_custody', 'released_date', 'region_code', 'record.transfer_doc_no',
    "record.destination = '另行安置'"
) }}
union all
{{ events('centre_admitted', 'health_centre_episode', 'admitted_date', none, 'record.transfer_doc_no') }}
union all
{{ events('rehab_admitted', 'rehab_episode', 'admitted_date', 'region_code', 'record.order_doc_no') }}
union all
{{ events(
    'rehab_released', 'rehab_episode', 'lifted_date', 'region_code', 'record.order_doc_no',
    "record.destination in ('释放', '社区戒毒', '社区康复')"
) }}
union all
{{ events('rehab_release_notified', 'rehab_episode', 'release_notice_date', 'region_code', 'record.order_doc_no') }}
union all
{{ events(
    'rehab_ended', 'rehab_episode', 'lifted_date', 'region_code', 'record.order_doc_no',
    "record.destination = '社区康复'"
) }}
union all
select
    'released_with_treatment_left' as event,
    dataset,
    record_key,
    source_row_token,
    person_id,
    case_id,
    null as party_id,
    region_code,
    released_date as happened_on,
    order_doc_no as document
from {{ ref('int_remaining_treatment') }}

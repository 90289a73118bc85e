"""Records of hand-offs, a few per rule of the law, and how every hand-off stands, worked out by eye."""

from __future__ import annotations

from datetime import date
from hashlib import md5
from typing import Any

from tests.unit.warehouse.inputs import Row

FURONG = "430102"


def day(month: int, number: int, year: int = 2025) -> date:
    return date(year, month, number)


def person(number: int, **columns: Any) -> Row:
    """A record about person p<number> in case c<number>, unless it says otherwise."""
    return {"person": f"p{number}", "case": f"c{number}", **columns}


# c1 has three detained: held in time, held late, held under what we take for another person (p9). p4 is never
# held. p5 is detained after the last day the detention centres have reported about. p17 is detained for later.
DETAINED = [
    person(1, detained_date=day(3, 4)),
    person(2, case="c1", detained_date=day(3, 4)),
    person(3, case="c1", detained_date=day(3, 4)),
    person(4, detained_date=day(3, 4)),
    person(5, detained_date=day(8, 1)),
    person(17, detained_date=day(12, 1, 2024)),
]
HELD = [
    person(1, admitted_date=day(3, 5)),
    person(2, case="c1", admitted_date=day(3, 8)),
    person(9, case="c1", admitted_date=day(3, 4), custody_no="G9"),
    # Placed, as p22 is, for reasons of health.
    person(24, admitted_date=day(1, 10), released_date=day(2, 10), destination="另行安置", transfer_doc_no="T2"),
    # Whom custody keeps from reporting.
    person(34, admitted_date=day(3, 5), released_date=day(3, 25)),
    person(38, admitted_date=day(3, 5), released_date=day(3, 25)),
]
FILED = [
    person(6, filed_date=day(3, 20)),
    person(7, filed_date=day(5, 20)),
    person(8, filed_date=day(3, 20), lead_no="L1"),
]
REQUESTED = [
    person(10, arrest_requested_date=day(3, 1), arrest_decision_date=day(3, 8)),
    person(11, arrest_requested_date=day(3, 1), arrest_decision_date=day(3, 9)),
    person(12, arrest_requested_date=day(12, 28)),
    # Nobody decided about these, as far as records say; but for p50, agencies answer.
    *(
        person(number, record_key=f"A{number}", procuratorate_case_no=f"R{number}", arrest_requested_date=day(3, 1))
        for number in range(43, 57)
    ),
]
REQUESTED[-4]["arrest_decision_date"] = day(3, 9)
CHARGED = [person(number, charge_decision="起诉", charge_decision_date=day(1, 10)) for number in (13, 14, 15, 83)]
PRISON: Row = {"penalty": "有期徒刑", "term_months": 36, "suspended": False, "instance": "一审"}
# The trial of p14 stood still for ten days. p16 is on probation. p17 has little left to serve. p18 appealed.
JUDGED = [
    person(13, judgment_date=day(4, 10), effective_date=day(4, 21), **PRISON),
    person(
        14,
        judgment_date=day(4, 15),
        effective_date=day(4, 26),
        stayed_date=day(2, 1),
        resumed_date=day(2, 11),
        **PRISON,
    ),
    person(16, judgment_date=day(4, 10), effective_date=day(4, 21), **{**PRISON, "suspended": True}),
    person(17, judgment_date=day(4, 10), effective_date=day(4, 21), **{**PRISON, "term_months": 7}),
    person(18, judgment_date=day(1, 10), effective_date=day(3, 1), **PRISON),
    person(18, judgment_date=day(3, 1), effective_date=day(3, 1), **{**PRISON, "instance": "二审"}),
    person(19, judgment_date=day(4, 10), effective_date=day(4, 21), court_case_no="(2025)湘0102刑初1号", **PRISON),
    person(59, effective_date=day(4, 21), court_case_no="(2025)湘0102刑初3号", defendant_seq=1, **PRISON),
]
# p84 is p83 to the case, and so the trial of p83 stood still and came to its end.
JUDGED += [
    person(
        84,
        case="c83",
        party="p83",
        judgment_date=day(4, 15),
        stayed_date=day(2, 1),
        resumed_date=day(2, 11),
        **PRISON,
    )
]
# The numbers of a judgment and of its execution notice say of p72 and p75 what persons do not: their delivery, prison
# and supervision are those of others, as we take them.
JUDGED += [
    person(number, effective_date=day(4, 21), court_case_no=f"(2025)湘0102刑初{number}号", defendant_seq=1, **PRISON)
    for number in (72, 75, 78, 79, 81)
]
# p80 is p79, and p82 is p81, on appeal: the one we find nowhere else, the other by the execution notice.
JUDGED += [
    person(
        number,
        effective_date=day(4, 21),
        court_case_no=f"(2025)湘01刑终{number}号",
        first_instance_case_no=f"(2025)湘0102刑初{number - 1}号",
        **{**PRISON, "instance": "二审"},
    )
    for number in (80, 82)
]
# Of p57 and p58 no judgment has come. We take p59 for another person, p60; the number says it is one judgment.
NUMBERED: Row = {"court_case_no": "(2025)湘0102刑初2号", "effective_date": day(4, 21)}
DELIVERED = [
    person(
        13,
        documents_delivered_date=day(4, 30),
        outside_execution="决定暂予监外执行",
        outside_execution_date=day(5, 5),
    ),
    person(14, documents_delivered_date=day(5, 10), effective_date=day(4, 26)),
    person(17, documents_delivered_date=day(4, 25)),
    person(19, documents_delivered_date=day(4, 25)),
    person(57, documents_delivered_date=day(4, 30), receiving_agency="监狱", defendant_seq=1, **NUMBERED),
    person(58, receiving_agency="社区矫正机构", defendant_seq=2, **NUMBERED),
    person(
        73,
        court_case_no="(2025)湘0102刑初72号",
        defendant_seq=1,
        documents_delivered_date=day(4, 25),
        receiving_agency="监狱",
        execution_notice_no="N72",
    ),
    person(
        76,
        court_case_no="(2025)湘0102刑初75号",
        defendant_seq=1,
        receiving_agency="监狱",
        execution_notice_no="N75",
        outside_execution="决定暂予监外执行",
        outside_execution_date=day(5, 5),
    ),
    # What is left to serve is served in the detention centre, though we know of no detention.
    person(
        78,
        court_case_no="(2025)湘0102刑初78号",
        defendant_seq=1,
        documents_delivered_date=day(4, 25),
        receiving_agency="看守所",
        execution_notice_no="N78",
    ),
    person(
        82,
        court_case_no="(2025)湘0102刑初81号",
        defendant_seq=1,
        documents_delivered_date=day(4, 25),
        receiving_agency="监狱",
        execution_notice_no="N81",
    ),
    person(60, receiving_agency="监狱", defendant_seq=1, **{**NUMBERED, "court_case_no": "(2025)湘0102刑初3号"}),
]
IMPRISONED = [
    person(14, admitted_date=day(6, 1)),
    person(57, admitted_date=day(5, 20)),
    person(74, admitted_date=day(5, 10), execution_notice_no="N72"),
    person(40, admitted_date=day(3, 1, 2024), released_date=day(3, 1)),
    person(41, admitted_date=day(3, 1, 2024), released_date=day(3, 1)),
    person(42, admitted_date=day(3, 1, 2024), released_date=day(3, 1)),
]
SUPERVISED = [
    person(16, received_date=day(4, 28), supervision_category="缓刑"),
    person(19, received_date=day(5, 2), supervision_category="暂予监外执行"),
    person(42, received_date=day(3, 12), supervision_category="假释"),
    person(58, received_date=day(5, 3), supervision_category="缓刑"),
    person(77, received_date=day(5, 10), supervision_category="暂予监外执行", execution_notice_no="N75"),
]
LEADS = [
    {"person": None, "case": None, "lead_no": "L1", "lead_sent_date": day(3, 1)},
    {"person": None, "case": None, "lead_no": "L2", "lead_sent_date": day(3, 1)},
]
HANDED_OVER = [person(6, handed_over_date=day(3, 1)), person(7, handed_over_date=day(3, 1))]


def community(number: int, order: str, kind: str, **columns: Any) -> Row:
    """An order served on 1 March."""
    return person(number, order_doc_no=order, order_type=kind, served_date=day(3, 1), **columns)


TREATMENT, REHABILITATION, COMPULSORY = "社区戒毒", "社区康复", "强制隔离戒毒"
ORDERS = [
    community(30, "S1", TREATMENT, reported_date=day(3, 10)),
    community(31, "S2", TREATMENT),
    community(32, "S3", TREATMENT, lifted_date=day(3, 10), end_reason="撤销"),
    community(33, "S4", TREATMENT, lifted_date=day(3, 10), end_reason="收监执行刑罚"),
    community(34, "S5", TREATMENT),
    community(35, "K1", REHABILITATION, reported_date=day(3, 20)),
    community(36, "K2", REHABILITATION, lifted_date=day(3, 10), end_reason="撤销"),
    community(37, "K3", REHABILITATION, lifted_date=day(3, 10), end_reason="收监执行刑罚"),
    community(38, "K4", REHABILITATION),
    person(20, order_doc_no="K5", order_type=REHABILITATION, preceding_order_doc_no="O1", decided_date=day(9, 3)),
    person(40, order_doc_no="Q1", order_type=COMPULSORY, decided_date=day(1, 10, 2024)),
    person(41, order_doc_no="Q2", order_type=COMPULSORY, decided_date=day(1, 10, 2024)),
]
# Served in time, late, never, and of two that ended before: one fell, one made way for another treatment.
ORDERS += [
    person(
        65,
        order_doc_no="S15",
        order_type=TREATMENT,
        decided_date=day(3, 1),
        served_date=day(3, 8),
        reported_date=day(3, 10),
    ),
    person(
        66,
        order_doc_no="S16",
        order_type=TREATMENT,
        decided_date=day(3, 1),
        served_date=day(3, 9),
        reported_date=day(3, 10),
    ),
    person(67, order_doc_no="S17", order_type=TREATMENT, decided_date=day(3, 1)),
    person(
        68, order_doc_no="S18", order_type=TREATMENT, decided_date=day(3, 1), lifted_date=day(3, 5), end_reason="撤销"
    ),
    person(
        69,
        order_doc_no="S19",
        order_type=TREATMENT,
        decided_date=day(3, 1),
        lifted_date=day(3, 6),
        end_reason="转强制隔离戒毒",
    ),
]
# Whose time was over: told in time, late and never; p64 was taken to prison.
AGREEMENTS = [
    person(31, order_doc_no="S2", reported_date=day(3, 20)),
    person(61, lifted_date=day(3, 10), end_reason="期满", release_notice_date=day(3, 17)),
    person(62, lifted_date=day(3, 10), end_reason="期满", release_notice_date=day(3, 18)),
    person(63, lifted_date=day(3, 10), end_reason="期满"),
    person(64, lifted_date=day(3, 10), end_reason="收监执行刑罚"),
]
POLICE_REHAB: Row = {"custody_type": "公安强制隔离戒毒所", "admitted_date": day(1, 10)}
KEPT_BY_POLICE = [
    person(20, order_doc_no="O1", **POLICE_REHAB),
    person(21, order_doc_no="O2", **POLICE_REHAB),
    person(
        22, order_doc_no="O3", released_date=day(2, 10), destination="另行安置", transfer_doc_no="T1", **POLICE_REHAB
    ),
]
IN_REHAB = [
    # Notice is to be given three days before: so it was, a day late, and not at all.
    person(
        20,
        order_doc_no="O1",
        admitted_date=day(6, 1),
        release_notice_date=day(8, 29),
        lifted_date=day(9, 1),
        destination="社区康复",
    ),
    person(
        23,
        order_doc_no="O4",
        admitted_date=day(2, 1),
        release_notice_date=day(8, 30),
        lifted_date=day(9, 1),
        destination="社区康复",
    ),
    # Simply released: the police may order rehabilitation and need not.
    person(24, order_doc_no="O5", admitted_date=day(2, 1), lifted_date=day(9, 1), destination="释放"),
    person(71, record_key="E71", order_doc_no="O7", lifted_date=day(9, 1), destination="释放"),
    # Arrested, and so not released.
    person(70, order_doc_no="O6", admitted_date=day(2, 1), lifted_date=day(9, 1), destination="其他"),
    person(40, order_doc_no="Q1", admitted_date=day(3, 5)),
]


def handoff_id(rule_id: str, record_token: str) -> str:
    """The id of a hand-off by its rule and the token of the record that opened it."""
    return "h" + md5(f"{rule_id}|{record_token}".encode(), usedforsecurity=False).hexdigest()


SIGNED = day(4, 30)


def answer(number: int, said: str, agency: str = "procuratorate", signed: date = SIGNED, **columns: Any) -> Row:
    """An answer about the request for the arrest of p<number>."""
    edge = handoff_id("request_to_arrest_decision", f"procuratorate_charge/A{number}")
    signature = {"agency_code": agency, "signed_date": signed, "signed_office": "案管"}
    return {"person": None, "case": None, "handoff_id": edge, "answer": said, **signature, **columns}


ANSWERS = [
    answer(43, "已办理", done_date=day(3, 6)),
    answer(44, "已办理", done_date=day(3, 12)),
    answer(45, "依法不再办理", decided_date=day(2, 27), article="刑事诉讼法 67"),
    answer(46, "已撤回", "police", decided_date=day(3, 20)),
    # Both sides answer; neither changes anything, and the later one is shown.
    answer(47, "查无记录"),
    answer(47, "非本机关", "police", day(5, 6), note="已移送他市"),
    # Of an agency that is no side; taken back; about a day before there was anything to do.
    answer(48, "已办理", "court", done_date=day(3, 6)),
    answer(49, "已办理", done_date=day(3, 6), is_deleted=True, is_current=True),
    answer(51, "已办理", done_date=day(2, 20)),
    # Both sides say it was done: the earlier day. What a record says outranks an answer.
    answer(52, "已办理", done_date=day(3, 8)),
    answer(52, "已办理", "police", done_date=day(3, 10)),
    answer(53, "已办理", done_date=day(3, 5)),
    # Done before the release it is about, as it has to be.
    {
        **answer(71, "已办理", "rehabilitation", done_date=day(8, 28)),
        "handoff_id": handoff_id("rehab_end_to_notice", "rehab_episode/E71"),
    },
    answer(99, "已办理", done_date=day(3, 5)),
]
RECORDS: dict[str, list[Row]] = {
    "police_case_suspect": DETAINED + FILED,
    "police_custody": HELD + KEPT_BY_POLICE,
    "procuratorate_charge": REQUESTED + CHARGED,
    "court_judgment": JUDGED,
    "court_delivery": DELIVERED,
    "prison_admission": IMPRISONED,
    "corrections_supervision": SUPERVISED,
    "culture_inspection": LEADS,
    "transport_handover": HANDED_OVER,
    "police_treatment_order": ORDERS,
    "police_community_treatment": AGREEMENTS,
    "rehab_episode": IN_REHAB,
    "handoff_answer": ANSWERS,
    "health_centre_episode": [person(24, admitted_date=day(2, 20), transfer_doc_no="T2")],
}
COMMON: dict[str, Row] = {
    "police_case_suspect": {"handling_region_code": FURONG},
    "police_custody": {"region_code": FURONG, "custody_type": "看守所", "refused": False},
    "court_judgment": {"court_region_code": FURONG, "court_case_no": "J"},
    "court_delivery": {"court_case_no": "J"},
    "prison_admission": {"prison_region_code": FURONG, "refused": False},
    "transport_handover": {"checkpoint_code": "P1"},
    "police_treatment_order": {"deciding_region_code": FURONG},
}
GAP, MISS, NOT_RECEIVED = "gap", "possible_linkage_miss", "file_not_received"
# Rule: (person, opened, due, closed, status, cause).
WANTED: dict[str, list[tuple[Any, ...]]] = {
    "request_to_arrest_decision": [
        ("p10", day(3, 1), day(3, 8), day(3, 8), "met", None),
        ("p11", day(3, 1), day(3, 8), day(3, 9), "late", None),
        ("p12", day(12, 28), day(1, 4, 2026), None, "open", None),
        ("p43", day(3, 1), day(3, 8), day(3, 6), "met", None),
        ("p44", day(3, 1), day(3, 8), day(3, 12), "late", None),
        ("p45", day(3, 1), day(3, 8), None, "excused", None),
        ("p46", day(3, 1), day(3, 8), None, "withdrawn", None),
        ("p47", day(3, 1), day(3, 8), None, "overdue", GAP),
        ("p48", day(3, 1), day(3, 8), None, "overdue", GAP),
        ("p49", day(3, 1), day(3, 8), None, "overdue", GAP),
        ("p50", day(3, 1), day(3, 8), None, "overdue", GAP),
        ("p51", day(3, 1), day(3, 8), None, "overdue", GAP),
        ("p52", day(3, 1), day(3, 8), day(3, 8), "met", None),
        ("p53", day(3, 1), day(3, 8), day(3, 9), "late", None),
        ("p54", day(3, 1), day(3, 8), day(3, 7), "met", None),
        ("p55", day(3, 1), day(3, 8), None, "overdue", GAP),
        ("p56", day(3, 1), day(3, 8), None, "overdue", GAP),
    ],
    "indictment_to_judgment": [
        ("p13", day(1, 10), day(4, 10), day(4, 10), "met", None),
        ("p14", day(1, 10), day(4, 20), day(4, 15), "met", None),
        ("p15", day(1, 10), day(4, 10), None, "overdue", GAP),
        ("p83", day(1, 10), day(4, 20), day(4, 15), "met", None),
    ],
    "effect_to_documents": [
        ("p13", day(4, 21), day(5, 1), day(4, 30), "met", None),
        ("p14", day(4, 26), day(5, 6), day(5, 10), "late", None),
        ("p16", day(4, 21), day(5, 1), None, "overdue", GAP),
        ("p17", day(4, 21), day(5, 1), day(4, 25), "met", None),
        ("p18", day(3, 1), day(3, 11), None, "overdue", GAP),
        ("p19", day(4, 21), day(5, 1), day(4, 25), "met", None),
        ("p57", day(4, 21), day(5, 1), day(4, 30), "met", None),
        ("p58", day(4, 21), day(5, 1), None, "overdue", GAP),
        ("p59", day(4, 21), day(5, 1), None, "overdue", GAP),
        ("p72", day(4, 21), day(5, 1), day(4, 25), "met", None),
        ("p75", day(4, 21), day(5, 1), None, "overdue", GAP),
        ("p78", day(4, 21), day(5, 1), day(4, 25), "met", None),
        ("p79", day(4, 21), day(5, 1), None, "overdue", GAP),
        ("p82", day(4, 21), day(5, 1), day(4, 25), "met", None),
    ],
    "documents_to_held": [
        ("p13", day(4, 30), day(5, 30), None, "excused", None),
        ("p14", day(5, 10), day(6, 10), day(6, 1), "met", None),
        ("p19", day(4, 25), day(5, 25), None, "excused", None),
        ("p57", day(4, 30), day(5, 30), day(5, 20), "met", None),
        ("p73", day(4, 25), day(5, 25), day(5, 10), "met", None),
        ("p82", day(4, 25), day(5, 25), None, "overdue", GAP),
    ],
    "sentence_to_prison": [
        ("p13", day(4, 21), day(6, 1), None, "excused", None),
        ("p14", day(4, 26), day(6, 6), day(6, 1), "met", None),
        ("p18", day(3, 1), day(4, 11), None, "overdue", GAP),
        ("p19", day(4, 21), day(6, 1), None, "excused", None),
        ("p57", day(4, 21), day(6, 1), day(5, 20), "met", None),
        ("p59", day(4, 21), day(6, 1), None, "overdue", GAP),
        ("p72", day(4, 21), day(6, 1), day(5, 10), "met", None),
        ("p75", day(4, 21), day(6, 1), None, "excused", None),
        ("p79", day(4, 21), day(6, 1), None, "overdue", GAP),
        ("p82", day(4, 21), day(6, 1), None, "overdue", GAP),
    ],
    "release_to_corrections": [
        ("p13", day(5, 5), day(5, 15), None, "overdue", GAP),
        ("p16", day(4, 21), day(5, 1), day(4, 28), "met", None),
        ("p42", day(3, 1), day(3, 11), day(3, 12), "late", None),
        ("p58", day(4, 21), day(5, 1), day(5, 3), "late", None),
        ("p76", day(5, 5), day(5, 15), day(5, 10), "met", None),
    ],
    "lead_to_case": [
        (None, day(3, 1), day(3, 31), day(3, 20), "met", None),
        (None, day(3, 1), day(3, 31), None, "overdue", GAP),
    ],
    "handover_to_case": [
        ("p6", day(3, 1), day(3, 31), day(3, 20), "met", None),
        ("p7", day(3, 1), day(3, 31), day(5, 20), "late", None),
    ],
    "detention_to_custody": [
        ("p1", day(3, 4), day(3, 5), day(3, 5), "met", None),
        ("p17", day(12, 1, 2024), day(12, 2, 2024), None, "overdue", GAP),
        ("p2", day(3, 4), day(3, 5), day(3, 8), "late", None),
        ("p3", day(3, 4), day(3, 5), None, "overdue", MISS),
        ("p4", day(3, 4), day(3, 5), None, "overdue", GAP),
        ("p5", day(8, 1), day(8, 2), None, "overdue", NOT_RECEIVED),
    ],
    "police_rehab_to_rehab": [
        ("p20", day(1, 10), day(7, 10), day(6, 1), "met", None),
        ("p21", day(1, 10), day(7, 10), None, "overdue", GAP),
        ("p22", day(1, 10), day(7, 10), None, "excused", None),
    ],
    "order_to_reporting": [
        ("p30", day(3, 1), day(3, 16), day(3, 10), "met", None),
        ("p31", day(3, 1), day(3, 16), day(3, 20), "late", None),
        ("p32", day(3, 1), day(3, 16), None, "withdrawn", None),
        ("p33", day(3, 1), day(3, 16), None, "excused", None),
        ("p34", day(3, 1), day(4, 5), None, "overdue", GAP),
        ("p65", day(3, 8), day(3, 23), day(3, 10), "met", None),
        ("p66", day(3, 9), day(3, 24), day(3, 10), "met", None),
    ],
    "order_to_service": [
        ("p20", day(9, 3), day(9, 10), None, "overdue", GAP),
        ("p65", day(3, 1), day(3, 8), day(3, 8), "met", None),
        ("p66", day(3, 1), day(3, 8), day(3, 9), "late", None),
        ("p67", day(3, 1), day(3, 8), None, "overdue", GAP),
        ("p68", day(3, 1), day(3, 8), None, "withdrawn", None),
        ("p69", day(3, 1), day(3, 8), None, "excused", None),
    ],
    "treatment_end_to_notice": [
        ("p61", day(3, 10), day(3, 17), day(3, 17), "met", None),
        ("p62", day(3, 10), day(3, 17), day(3, 18), "late", None),
        ("p63", day(3, 10), day(3, 17), None, "overdue", GAP),
    ],
    "rehab_end_to_notice": [
        ("p20", day(9, 1), day(8, 29), day(8, 29), "met", None),
        ("p23", day(9, 1), day(8, 29), day(8, 30), "late", None),
        ("p24", day(9, 1), day(8, 29), None, "overdue", GAP),
        ("p71", day(9, 1), day(8, 29), day(8, 28), "met", None),
    ],
    "centre_admission": [
        ("p22", day(2, 10), day(2, 25), None, "overdue", GAP),
        ("p24", day(2, 10), day(2, 25), day(2, 20), "met", None),
    ],
    "rehab_end_to_community_order": [
        ("p20", day(9, 1), day(9, 8), day(9, 3), "met", None),
        ("p23", day(9, 1), day(9, 8), None, "overdue", GAP),
    ],
    "community_order_to_reporting": [
        ("p35", day(3, 1), day(3, 16), day(3, 20), "late", None),
        ("p36", day(3, 1), day(3, 16), None, "withdrawn", None),
        ("p37", day(3, 1), day(3, 16), None, "excused", None),
        ("p38", day(3, 1), day(4, 5), None, "overdue", GAP),
    ],
    "sentence_end_to_remaining_treatment": [
        ("p40", day(3, 1), day(3, 8), day(3, 5), "met", None),
        ("p41", day(3, 1), day(3, 8), None, "overdue", GAP),
    ],
}
# p2 was 17 when detained; p4 is grown up.
PEOPLE: list[Row] = [{"person_id": f"p{number}"} for number in range(1, 85)]
PEOPLE[1]["birth_date"] = date(2007, 6, 1)

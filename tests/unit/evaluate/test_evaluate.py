"""Scores, worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines.evaluate import evaluate, print_scores
from pipelines.evaluate.figures import score_figures
from pipelines.evaluate.handoffs import handoff_scores
from pipelines.evaluate.persons import case_event_scores, case_scores, person_scores, read_case_events
from pipelines.evaluate.quarantine import defect_scores, false_scores
from pipelines.store import Store, write_json

# Ten mentions. True people: a has m1..m4, b has m5 m6 m7, c has m8 m9, d has m10.
TRUE = {"m1": "a", "m2": "a", "m3": "a", "m4": "a", "m5": "b", "m6": "b", "m7": "b", "m8": "c", "m9": "c", "m10": "d"}
# Found: m4 was lost from a; d was merged into c; b is whole.
FOUND = {"m1": 1, "m2": 1, "m3": 1, "m4": 2, "m5": 3, "m6": 3, "m7": 3, "m8": 4, "m9": 4, "m10": 4}


def _mentions() -> pd.DataFrame:
    rows = [("police_drug_user", key, "subject", f"p{person}", None) for key, person in FOUND.items()]
    return pd.DataFrame(rows, columns=["dataset", "record_key", "person_group", "person_id", "case_id"])


def _truth(trap: str | None) -> pd.DataFrame:
    rows = [
        ("police_drug_user", key, "subject", person, trap if key == "m10" else None) for key, person in TRUE.items()
    ]
    return pd.DataFrame(rows, columns=["dataset", "record_key", "person_group", "true_person", "trap"])


def test_pairwise_scores_of_ten_mentions() -> None:
    scores = person_scores(_mentions(), _truth("namesake"))
    # Pairs found: 3 + 3 + 3 = 9, of them true: 3 + 3 + 1 = 7. True pairs: 6 + 3 + 1 = 10.
    assert scores["person.precision"] == pytest.approx(7 / 9)
    assert scores["person.recall"] == pytest.approx(7 / 10)
    assert scores["person.f1"] == pytest.approx(2 * 7 / (9 + 10))
    assert scores["person.mentions_scored"] == 10
    assert scores["person.trap_merges"] == 1


def test_a_merge_without_a_trap_is_no_trap_merge() -> None:
    scores = person_scores(_mentions(), _truth(None))
    assert scores["person.trap_merges"] == 0
    assert scores["person.merged_clusters"] == 1


def test_mentions_that_never_arrived_are_not_scored() -> None:
    arrived = _mentions().query("record_key != 'm4'")
    scores = person_scores(arrived, _truth(None))
    assert scores["person.recall"] == 1.0
    assert scores["person.mentions_scored"] == 9


def test_records_without_a_case_stand_alone() -> None:
    found = pd.DataFrame({"dataset": "court_judgment", "record_key": list("1234"), "case_id": ["c1", "c1", None, None]})
    truth = pd.DataFrame({"dataset": "court_judgment", "record_key": list("1234"), "true_case": ["x", "x", "x", "y"]})
    scores = case_scores(found, truth)
    assert scores["cases.precision"] == 1.0
    assert scores["cases.recall"] == pytest.approx(1 / 3)


def test_an_event_is_found_when_kind_day_and_both_documents_agree() -> None:
    day = date(2025, 5, 6)
    true: set[tuple[object, ...]] = {("joinder", day, one, "I") for one in ("F1", "F2", "F3", "F4")}
    # One is missing, one has another day.
    found: set[tuple[object, ...]] = {("joinder", day, one, "I") for one in ("F1", "F2")}
    found.add(("joinder", date(2025, 5, 7), "F3", "I"))
    scores = case_event_scores(found, true)
    assert scores["case_events.precision"] == pytest.approx(2 / 3)
    assert scores["case_events.recall"] == pytest.approx(2 / 4)
    assert scores["case_events.total"] == 4


def test_events_are_compared_by_the_numbers_their_tokens_stand_for(store: Store, tmp_path: Path) -> None:
    tables = {
        store.releases: "core.fact_case_event as select 'joinder' as case_event, date '2025-05-06' as happened_on, "
        "'d1' as from_document_token, 'd2' as to_document_token",
        store.private_releases: "bridge_case_document as select * from "
        "(values ('d1', 'F1'), ('d1', 'F1'), ('d2', 'I')) as document (document_token, document_number)",
    }
    for folder, name in ((store.releases, "warehouse"), (store.private_releases, "vault")):
        (folder / "current").mkdir(parents=True)
        with duckdb.connect(str(folder / "current" / f"{name}.duckdb")) as duck:
            duck.sql("create schema if not exists core")
            duck.sql(f"create table {tables[folder]}")
    true = [("joinder", date(2025, 5, 6), "F1", "I"), ("severance", date(2025, 5, 6), "F2", "J")]
    columns = ["event", "happened_on", "from_document", "to_document"]
    pd.DataFrame(true, columns=columns).to_parquet(tmp_path / "case_event.parquet")
    assert read_case_events(store, tmp_path / "case_event.parquet") == ({true[0]}, set(true))


def _defects(*rows: tuple[str, str | None, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["delivery_id", "record_key", "defect", "class"]).assign(dataset="d")


def _quarantine(*rows: tuple[str, str | None, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["delivery_id", "record_key", "line_number"])
    return frame.assign(dataset="d", rule_id="r").astype({"line_number": "Int64"})


DEFECTS = _defects(
    ("1", "a", "check_digit", "reject"),
    ("1", "b", "check_digit", "reject"),
    ("1", "c", "nbsp", "repair"),
    ("1", "e", "nbsp", "repair"),
    ("1", "f", "borrowed", "undetectable"),
    ("2", None, "wrong_header", "delivery_level"),
    ("2", "g", "check_digit", "reject"),
)
QUARANTINE = _quarantine(("1", "a", 3), ("1", "a", 3), ("1", "e", 7), ("1", "z", 9), ("2", None, None), ("2", "y", 4))


def test_planted_defects_are_caught_at_their_row_or_delivery() -> None:
    scores = defect_scores(DEFECTS, QUARANTINE)
    # To catch: a, b, g (went with its delivery) and delivery 2; b was missed.
    assert scores["quarantine.caught_share"] == pytest.approx(3 / 4)
    assert scores["quarantine.repaired_share"] == pytest.approx(1 / 2)


def test_clean_rows_in_quarantine_are_counted_outside_spoilt_deliveries() -> None:
    deliveries = pd.DataFrame(
        {"dataset": "d", "delivery_id": ["1", "2"], "rows_staged": [92, 0], "rows_quarantined": [3, 50]}
    )
    scores = false_scores(DEFECTS, QUARANTINE, deliveries)
    # Delivery 1 holds 95 rows, five of them spoilt; of the 90 clean ones only z was quarantined.
    assert scores["quarantine.false_rows"] == 1
    assert scores["quarantine.false_share"] == pytest.approx(1 / 90)


FIGURE = "indicator_id, region_code, period_id, unit, numerator, denominator, value"


def _release(store: Store) -> None:
    """A release with the ten mentions, and three figures of which one is right."""
    vault = store.private_releases / "r1" / "vault.duckdb"
    warehouse = store.releases / "r1" / "warehouse.duckdb"
    for path in (vault, warehouse):
        path.parent.mkdir(parents=True)
        (path.parent.parent / "current").symlink_to("r1")
    mentions = _mentions()
    with duckdb.connect(str(vault)) as duck:
        duck.sql("create table mention as select * from mentions")
    with duckdb.connect(str(warehouse)) as duck:
        duck.sql("create schema core")
        duck.sql("create table core.dim_period as select '2025' as period_id, 'year' as period_kind")
        duck.sql(
            f"""
            create table core.indicator as select * from (values
                ('R4', '430102', '2025', 'person', 10.0, null::double, 10.0, 10.0, 10.0, 'prefecture'),
                ('R4', '430103', '2025', 'person', 7.0, null, 7.0, 7.0, 9.0, 'prefecture'),
                ('R4', '430104', '2025', 'person', 7.0, null, 7.0, 5.0, 8.0, 'prefecture'),
                ('R26', '430102', '2025', 'share_under_18', 1.0, 3.0, 1.0 / 3, 0.0, 1.0, 'county')
            ) as t({FIGURE}, value_low, value_high, region_level)
            """
        )
    assert len(mentions) == 10


def _write_figures(truth: Path) -> None:
    truth.mkdir(exist_ok=True)
    with duckdb.connect() as duck:
        duck.sql(
            f"""
            create table figure as select * from (values
                ('R4', '430102', '2025', 'person', 10.0, null::double, 10.0),
                ('R4', '430103', '2025', 'person', 9.0, null, 9.0),
                ('R4', '430104', '2025', 'person', 9.0, null, 9.0),
                ('R26', '430102', '2025', 'share_under_18', 1.0, 3.0, 0.333333333333)
            ) as t({FIGURE})
            """
        )
        duck.sql(
            "create table disturbed as select indicator_id, region_code, period_id, unit, 2 as records from figure"
        )
        duck.sql("delete from disturbed where region_code = '430104'")
        duck.sql("from figure").write_parquet(str(truth / "figure.parquet"))
        duck.sql("from disturbed").write_parquet(str(truth / "figure_disturbance.parquet"))


def test_figures_are_exact_or_explained_by_the_records_that_defects_touched(store: Store, tmp_path: Path) -> None:
    _release(store)
    _write_figures(tmp_path / "truth")
    scores = score_figures(store, tmp_path / "truth")
    counts = {name: score for name, score in scores.items() if "range" not in name}
    assert counts == {"figures.exact": 2, "figures.total": 4, "figures.unexplained": 1}
    # Of the three cells of a prefecture two hold the truth; their ranges are 0, 2/7 and 3/7 of the figure wide.
    assert scores["figures.in_range"] == pytest.approx(2 / 3)
    assert scores["figures.range_width"] == pytest.approx(2 / 7)


def test_evaluate_gives_one_flat_object_that_prints(store: Store, tmp_path: Path) -> None:
    _release(store)
    truth = tmp_path / "truth"
    _write_figures(truth)
    _truth("twin").to_parquet(truth / "mention.parquet")
    DEFECTS.to_parquet(truth / "defect.parquet")
    folder = store.quarantine_of("d", "1")
    folder.mkdir(parents=True)
    QUARANTINE.to_parquet(folder / "rows.parquet")
    review = pd.DataFrame({"left_profile": ["f1"], "right_profile": ["f2"]})
    review.to_parquet(tmp_path / "review.parquet")
    pd.DataFrame({"profile_id": ["f1", "f2", "f3", "f4"]}).to_parquet(tmp_path / "mention.parquet")
    current = {name: str(tmp_path / f"{name}.parquet") for name in ("review", "mention")}
    write_json(store.identity / "current.json", current)
    scores = evaluate(store, truth)
    assert scores["person.precision"] == pytest.approx(7 / 9)
    assert scores["person.review_share"] == 0.5
    assert scores["quarantine.caught_share"] == pytest.approx(3 / 4)
    assert scores["figures.total"] == 4
    assert all(isinstance(value, int | float) for value in scores.values())
    print_scores(scores)


def test_evaluate_without_a_release_or_a_truth_says_what_to_do(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="truth/"):
        evaluate(store, tmp_path)
    _truth(None).to_parquet(tmp_path / "mention.parquet")
    with pytest.raises(FileNotFoundError, match="huiliu run"):
        evaluate(store, tmp_path)


def test_hand_off_scores_count_whole_edges_and_causes_apart() -> None:
    day = date(2025, 3, 1)
    met = ("a", "p1", day, day, day, "met", None)
    gap = ("a", "p2", day, day, None, "overdue", "gap")
    missed = ("a", "p3", day, day, None, "overdue", "gap")
    lead = ("b", None, day, day, None, "open", None)
    true = [met, gap, missed, lead, lead]
    # One lead of two is found; p3's gap is taken for a linkage miss; p4's hand-off never was.
    ours = [met, gap, (*missed[:6], "possible_linkage_miss"), lead, ("a", "p4", day, day, day, "late", None)]
    scores = handoff_scores(ours, true)
    assert scores["handoffs.precision"] == pytest.approx(4 / 5)
    assert scores["handoffs.recall"] == pytest.approx(4 / 5)
    assert scores["handoffs.cause_share"] == pytest.approx(1 / 2)
    assert scores["handoffs.exact.a"] == 1.0
    assert scores["handoffs.exact.b"] == pytest.approx(1 / 2)

"""Scores of strata, whole clusters and calibration, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.evaluate.report import _meaning
from pipelines.evaluate.strata import calibration, cluster_scores, strata, stratum_scores, trap_scores

# True people: a has three mentions, b two, c two, d one. Found: a lost one mention; c and d are one.
TRUE = pd.Series(["a", "a", "a", "b", "b", "c", "c", "d"])
FOUND = pd.Series([1, 1, 2, 3, 3, 4, 4, 4])


def test_a_person_is_found_only_whole_and_alone() -> None:
    scores = cluster_scores(FOUND, TRUE)
    # Of four persons found and four true ones only b is right.
    assert scores["person.cluster_precision"] == 1 / 4
    assert scores["person.cluster_recall"] == 1 / 4
    assert scores["person.cluster_f1"] == 1 / 4


def test_a_stratum_counts_the_pairs_that_touch_it() -> None:
    inside = pd.Series([False, False, True, False, False, False, False, True])
    # True pairs that touch it: two of a. Found pairs: two of person 4, none of them true.
    assert stratum_scores(FOUND, TRUE, inside) == {"precision": 0.0, "recall": 0.0, "mentions": 2}
    untouched = pd.Series([True, True, False, True, False, False, False, False])
    # True: all three pairs of a and the one of b; found and true: the pair within person 1 and that of b.
    assert stratum_scores(FOUND, TRUE, untouched) == {"precision": 1.0, "recall": pytest.approx(2 / 4), "mentions": 3}


def test_strata_follow_what_mentions_say() -> None:
    mentions = pd.DataFrame(
        {
            "name": ["陈国强", "陈国强", "古丽·阿里", "周小虎"],
            "id_no": ["1", None, None, "2"],
            "birth": ["19900307", None, "19900307", "19850601"],
            "sex": ["1", None, "2", "1"],
            "hukou_code": ["430102", None, "650102", "430102"],
            "residence_code": ["430102", None, None, "430104"],
        }
    )
    truth = pd.DataFrame({"true_person": ["a", "a", "b", "a"], "trap": [None, None, None, "twin"]})
    found = {name: inside.tolist() for name, inside in strata(mentions, truth).items()}
    assert found == {
        "no_number": [False, True, True, False],
        "name_only": [False, True, False, False],
        "middle_dot": [False, False, True, False],
        "moved": [True, True, False, True],
        "twins": [False, False, False, True],
    }


def test_traps_are_counted_by_kind() -> None:
    scored = pd.DataFrame(
        {
            "person_id": [1, 1, 2, 2, 3],
            "true_person": ["a", "b", "c", "c", "d"],
            "trap": ["twin", None, "borrowed_number", None, "twin"],
        }
    )
    assert trap_scores(scored) == {"person.trap_merges.borrowed_number": 0, "person.trap_merges.twin": 1}


def test_calibration_is_the_mean_distance_of_probability_and_truth() -> None:
    pairs = pd.DataFrame(
        {
            "match_probability": [0.95, 0.95, 0.15, 0.15, None],
            "same": [True, False, False, False, True],
            "linked": [True, True, False, False, False],
        }
    )
    assert calibration(pairs) == {
        "person.scored_pairs": 4,
        "person.calibration_error": pytest.approx((0.45 * 2 + 0.15 * 2) / 4),
        "person.model_links": 2,
        "person.model_link_precision": 0.5,
    }
    assert calibration(pairs[pairs["match_probability"].isna()]) == {"person.scored_pairs": 0}


def test_scores_of_strata_and_traps_are_explained() -> None:
    assert _meaning("person.name_only.recall") == "recall among mentions that hold a name and nothing else"
    assert _meaning("person.trap_merges.twin") == "persons in which a twin joined two people"

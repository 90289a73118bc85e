"""What the linkage is, apart from the engine: fields, comparisons, blocking, thresholds, constraints, survivorship.

A change here is a change of the linkage and changes its fingerprint, so every identity is made again.
Sources: identity rules of the domain (same valid number with compatible name and birth; without a number name,
birth, sex, region and the document chain; never the name alone).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

MODEL_VERSION = "v1"

# What makes two mentions the same identity profile. Former names count as further names of the profile.
PROFILE_FIELDS = (
    "name",
    "former_name",
    "id_no_kind",
    "id_no",
    "birth_date",
    "sex",
    "hukou_code",
    "residence_code",
)


@dataclass(frozen=True)
class DocumentColumn:
    """A column that carries a document number; columns of one `series` are comparable with each other."""

    dataset: str
    column: str
    series: str


DOCUMENT_COLUMNS = (
    DocumentColumn("police_case_suspect", "police_case_no", "police_case"),
    DocumentColumn("police_case_suspect", "filing_doc_no", "filing"),
    DocumentColumn("police_case_suspect", "handover_no", "handover"),
    DocumentColumn("police_custody", "filing_doc_no", "filing"),
    DocumentColumn("police_custody", "order_doc_no", "treatment_order"),
    DocumentColumn("police_custody", "judgment_case_no", "court_case"),
    DocumentColumn("police_custody", "transfer_doc_no", "transfer"),
    DocumentColumn("police_treatment_order", "order_doc_no", "treatment_order"),
    DocumentColumn("police_treatment_order", "preceding_order_doc_no", "treatment_order"),
    DocumentColumn("police_drug_test", "order_doc_no", "treatment_order"),
    DocumentColumn("police_community_treatment", "order_doc_no", "treatment_order"),
    DocumentColumn("procuratorate_charge", "procuratorate_case_no", "procuratorate_case"),
    DocumentColumn("procuratorate_charge", "filing_doc_no", "filing"),
    DocumentColumn("procuratorate_charge", "indictment_no", "indictment"),
    DocumentColumn("court_judgment", "court_case_no", "court_case"),
    DocumentColumn("court_judgment", "first_instance_case_no", "court_case"),
    DocumentColumn("court_judgment", "indictment_no", "indictment"),
    DocumentColumn("court_delivery", "court_case_no", "court_case"),
    DocumentColumn("court_delivery", "execution_notice_no", "execution_notice"),
    DocumentColumn("prison_admission", "judgment_case_no", "court_case"),
    DocumentColumn("prison_admission", "execution_notice_no", "execution_notice"),
    DocumentColumn("corrections_supervision", "judgment_case_no", "court_case"),
    DocumentColumn("corrections_supervision", "execution_notice_no", "execution_notice"),
    DocumentColumn("rehab_episode", "order_doc_no", "treatment_order"),
    DocumentColumn("rehab_transfer_request", "order_doc_no", "treatment_order"),
    DocumentColumn("rehab_transfer_request", "transfer_doc_no", "transfer"),
    DocumentColumn("health_certificate", "judgment_case_no", "court_case"),
    DocumentColumn("health_centre_episode", "transfer_doc_no", "transfer"),
    DocumentColumn("transport_handover", "handover_no", "handover"),
)

# Series in which one document names few people, so that a shared number and a compatible name mean one person.
CHAIN_SERIES = (
    "court_case",
    "indictment",
    "filing",
    "treatment_order",
    "transfer",
    "execution_notice",
    "handover",
)


@dataclass(frozen=True)
class Level:
    """One level of a comparison: its name, SQL condition, and whether name frequencies weigh in.

    `declared` (m, u) stands where training data show too few cases to count.
    """

    name: str
    sql: str
    frequency_of: str | None = None
    declared: tuple[float, float] | None = None


@dataclass(frozen=True)
class Comparison:
    """A compared field: levels from the strongest agreement to disagreement; `null_sql` means no evidence."""

    name: str
    null_sql: str
    levels: tuple[Level, ...]


def _missing(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _region(column: str) -> Comparison:
    return Comparison(
        column,
        _missing(column),
        (
            Level("county", f"{column}_l = {column}_r"),
            Level("prefecture", f"left({column}_l, 4) = left({column}_r, 4)"),
            Level("other", "else"),
        ),
    )


# Only equality of prepared keys: no edit distance is computed per pair.
COMPARISONS = (
    Comparison(
        "name",
        _missing("name_key"),
        (
            Level("equal", "name_key_l = name_key_r", "name_key"),
            Level("former", "former_key_l = name_key_r or name_key_l = former_key_r", declared=(0.01, 0.0002)),
            Level("sound_or_order", "name_sound_l = name_sound_r or name_order_l = name_order_r"),
            Level("surname", "surname_l = surname_r"),
            Level("other", "else"),
        ),
    ),
    Comparison(
        "birth_date",
        _missing("birth"),
        (
            Level("equal", "birth_l = birth_r"),
            Level(
                "one_field",
                "substr(birth_l, 5) = substr(birth_r, 5)"
                " or (left(birth_l, 4) = left(birth_r, 4) and"
                " (substr(birth_l, 5, 2) = substr(birth_r, 5, 2) or right(birth_l, 2) = right(birth_r, 2)"
                " or (substr(birth_l, 5, 2) = right(birth_r, 2) and right(birth_l, 2) = substr(birth_r, 5, 2))))",
            ),
            Level("other", "else"),
        ),
    ),
    Comparison("sex", _missing("sex"), (Level("equal", "sex_l = sex_r"), Level("other", "else"))),
    _region("hukou_code"),
    _region("residence_code"),
)

# Only pairs of which one has no number (or the numbers are of different kinds): equal numbers are judged by
# rule, different ones of a kind are different people.
BLOCK_CONDITION = "(l.id_no is null or r.id_no is null or l.id_no_kind <> r.id_no_kind)"
BLOCKING = (
    "l.name_key = r.name_key and l.birth = r.birth",
    "l.name_key = r.name_key and l.hukou_code = r.hukou_code",
    "l.name_key = r.name_key and l.residence_code = r.residence_code",
    "l.name_sound = r.name_sound and l.birth = r.birth",
    "l.name_order = r.name_order and l.birth = r.birth",
    "l.former_key = r.name_key and l.birth = r.birth",
    "l.name_key = r.former_key and l.birth = r.birth",
    "l.birth = r.birth and l.hukou_code = r.hukou_code and l.residence_code = r.residence_code and l.sex = r.sex",
)


@dataclass(frozen=True)
class Thresholds:
    """Match weights (base 2) and counts that decide."""

    # At or above: linked, provided the evidence in `linkable` (decide.py) is there.
    link_weight: float = 9.0
    # At or above: linked under the strict threshold too. Figures are counted under it and under the loose one, which
    # is `review_weight`, to say how much they depend on doubtful links.
    strict_weight: float = 18.0
    # Between the two: a clerk decides.
    review_weight: float = 4.0
    # A profile drawn to two persons goes to the better only when it is better by this much.
    margin_weight: float = 4.0
    # A number used under this many names that conflict with each other says nothing about who it is.
    mass_used_names: int = 5
    # Prior odds of two random profiles: one in three hundred thousand, the register of a province.
    prior_probability: float = 1 / 300_000
    # A name the frozen frequency table does not hold is taken to be this frequent.
    unseen_name_frequency: float = 1e-4


THRESHOLDS = Thresholds()

# A cluster never holds two different numbers of one of these kinds.
EXCLUSIVE_KINDS = ("resident", "passport", "hk_macau_permit", "taiwan_permit", "foreign_permanent")

# Survivorship of the golden record, per field: how the value is chosen; the rest of the order breaks ties.
SURVIVORSHIP = {
    "name": ("fits_number", "most_frequent", "trust", "latest"),
    "id_no": ("fits_number", "most_frequent", "trust", "latest"),
    "birth_date": ("in_number", "most_frequent", "trust", "latest"),
    "sex": ("in_number", "most_frequent", "trust", "latest"),
    "hukou_code": ("latest", "trust", "most_frequent"),
    "residence_code": ("latest", "trust", "most_frequent"),
}
# Who sees the document itself comes first: the police register, those who hold a person, then those who copy.
TRUST = (
    "police_drug_user",
    "prison_admission",
    "police_custody",
    "rehab_episode",
    "police_case_suspect",
    "police_treatment_order",
    "police_drug_test",
    "police_community_treatment",
    "procuratorate_charge",
    "court_judgment",
    "court_delivery",
    "rehab_transfer_request",
    "corrections_supervision",
    "health_certificate",
    "health_centre_episode",
    "transport_handover",
)


def spec_parts() -> list[object]:
    """The whole declaration as plain values, for the fingerprint."""
    return [
        MODEL_VERSION,
        PROFILE_FIELDS,
        [asdict(column) for column in DOCUMENT_COLUMNS],
        CHAIN_SERIES,
        [asdict(comparison) for comparison in COMPARISONS],
        BLOCK_CONDITION,
        BLOCKING,
        asdict(THRESHOLDS),
        EXCLUSIVE_KINDS,
        SURVIVORSHIP,
        TRUST,
    ]

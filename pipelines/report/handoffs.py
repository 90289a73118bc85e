"""Hand-offs between agencies opened in a period: how they stand, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report.chapters import Chain
from pipelines.report.source import Period, Region, Release
from pipelines.report.wording import CAUSES, HANDOFF_STATES, SHORT_STATES, Number, Shown, Words, count

# Suppressed months are no part of a sum: what is published is a lower bound then.
_PUBLISHED = """
    select rule_id, handoff_status, sum(handoffs) filter (where status = 'ok')::double,
        bool_and(status = 'ok'), bool_and(status = 'not_submitted')
    from {schema}.handoff inner join {schema}.dim_period using (period_id)
    where region_code = ? and start_date >= ? and end_date <= ? and period_kind = 'month'
    group by rule_id, handoff_status
"""
_EXACT = """
    select rule_id, status, count(*)::double, true, false from {schema}.handoff
    where starts_with(region_code, ?) and opened_on >= ? and opened_on < ? group by rule_id, status
"""
_CAUSES = """
    select rule_id, cause, count(*)::double from {schema}.handoff
    where starts_with(region_code, ?) and opened_on >= ? and opened_on < ? and status = 'overdue'
    group by rule_id, cause
"""
_RULES = """
    select rule_id, name_zh, from_agency, to_agency, article, limit_months, limit_days
    from {schema}.dim_handoff_rule where region_code is null
    qualify row_number() over (partition by rule_id order by valid_from desc) = 1
"""


# The id of the table of regions, where its numbers lead to.
REGIONS = "handoffs-by-region"


@dataclass(frozen=True)
class Segment:
    """A piece of a rule's bar: its status, where it starts and how long it is, in percent."""

    status: str
    start: float
    length: float


@dataclass(frozen=True)
class RuleRow:
    """One rule: who hands over to whom by when, and how the hand-offs of the period stand."""

    rule_id: str
    name: str
    agencies: str
    limit: str
    article: str
    states: dict[str, Shown]
    causes: tuple[tuple[str, Number], ...]

    @property
    def anchor(self) -> str:
        """The id of the rule's line in the appendix."""
        return f"h-{self.rule_id}"

    @property
    def known(self) -> float:
        """How many hand-offs the numbers shown come to."""
        return sum(shown.value for shown in self.states.values() if isinstance(shown, Number))

    def segments(self, most: float) -> tuple[Segment, ...]:
        """The pieces of the rule's bar, `most` being the longest bar beside it."""
        made, at = [], 0.0
        for status, shown in self.states.items():
            length = 100 * shown.value / most if isinstance(shown, Number) and most else 0.0
            if length:
                made.append(Segment(status, round(at, 2), round(length, 2)))
            at += length
        return tuple(made)


@dataclass(frozen=True)
class ChainRows:
    """A chain of rules in the order they follow each other."""

    title: str
    rules: tuple[RuleRow, ...]

    @property
    def most(self) -> float:
        """The longest bar of the chain."""
        return max(rule.known for rule in self.rules)


def _limit(months: int, days: int) -> str:
    if days < 0:
        return f"提前{-days}日"
    return (f"{months}个月" if months else "") + (f"{days}日" if days else "")


class _Counts:
    """How the hand-offs of a region and period stand: exact from the ledger, or what is published of them."""

    def __init__(self, release: Release, region: Region, period: Period) -> None:
        self.exact = release.clearance == "warehouse"
        values = [region.prefix if self.exact else region.code, period.start, period.end]
        rows = release.rows(_EXACT if self.exact else _PUBLISHED, values)
        self._found = {(row[0], row[1]): row[2:] for row in rows}
        self._rules = {row[0] for row in rows}
        self._causes = release.rows(_CAUSES, values) if self.exact else []

    def shown(self, rule_id: str, status: str, hint: str) -> Shown:
        """One count. The exact ledger has no row for nothing, so beside other rows of a rule an absent one is 0."""
        if (rule_id, status) not in self._found:
            known = self.exact and rule_id in self._rules
            return self._number(rule_id, 0.0, hint) if known else Words("无记录", hint)
        total, whole, absent = self._found[rule_id, status]
        if total is None:
            return Words(SHORT_STATES["not_submitted" if absent else "suppressed"], hint)
        return self._number(rule_id, total, hint, "" if whole else "≥")

    def total(self, status: str, hint: str) -> Shown:
        """One count over all rules; what is published of some of them is a lower bound."""
        found = [row for (_, state), row in self._found.items() if state == status]
        known = [row[0] for row in found if row[0] is not None]
        if not known and not (self.exact and self._rules):
            return Words(SHORT_STATES["suppressed"] if any(not row[2] for row in found) else "无记录", hint)
        whole = all(row[0] is not None and row[1] for row in found)
        return Number(("" if whole else "≥") + count(sum(known)), sum(known), REGIONS, hint)

    def causes(self, rule_id: str, hint: str) -> tuple[tuple[str, Number], ...]:
        """Why overdue hand-offs of a rule may be so."""
        why = {cause: number for of, cause, number in self._causes if of == rule_id}
        return tuple((said, self._number(rule_id, why[name], hint)) for name, said in CAUSES.items() if name in why)

    @staticmethod
    def _number(rule_id: str, value: float, hint: str, mark: str = "") -> Number:
        return Number(mark + count(value), value, f"h-{rule_id}", hint)


def chains(release: Release, wanted: tuple[Chain, ...], region: Region, period: Period) -> list[ChainRows]:
    """Every rule with what is known of its hand-offs opened in the period, by chain; unlisted rules come last."""
    counts, agencies = _Counts(release, region, period), release.agencies()
    rules = {}
    for rule_id, name, sender, receiver, article, months, days in release.rows(_RULES):
        hint = f"衔接规则 {rule_id} · {region.name} {period.period_id} · 发布 {release.release_id}"
        between = [agencies.get(code, code) for code in dict.fromkeys((sender, receiver))]
        rules[rule_id] = RuleRow(
            rule_id=rule_id,
            name=name,
            agencies=" → ".join(between),
            limit=_limit(months, days),
            article=article,
            states={status: counts.shown(rule_id, status, hint) for status in HANDOFF_STATES},
            causes=counts.causes(rule_id, hint),
        )
    listed = {rule for chain in wanted for rule in chain.rules}
    rest = Chain("其他环节", tuple(rule for rule in rules if rule not in listed))
    made = [
        ChainRows(chain.title, tuple(rules[one] for one in chain.rules if one in rules)) for chain in (*wanted, rest)
    ]
    return [chain for chain in made if chain.rules]


def by_region(release: Release, regions: list[Region], period: Period) -> list[tuple[Region, tuple[Shown, ...]]]:
    """How the hand-offs of all rules stand in each of several regions, state by state; nothing where none is known."""
    rows = []
    for region in regions:
        counts = _Counts(release, region, period)
        hint = f"全部衔接规则 · {region.name} {period.period_id} · 发布 {release.release_id}"
        rows.append((region, tuple(counts.total(status, hint) for status in HANDOFF_STATES)))
    return rows if any(isinstance(shown, Number) for _, row in rows for shown in row) else []

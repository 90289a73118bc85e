"""Great Expectations, in the only module that imports it.

It asserts tolerances over frames of verdicts (one boolean column per rule, True = kept) and facts of a table (columns,
row count). A frame has one line per distinct verdict, and under `rows` how many rows got it: the library walks over
every value in Python, and a million rows get a few dozen verdicts. Frames hold no value of a row, so no report can show
one; results carry counts only.
"""

from __future__ import annotations

import importlib
import logging
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemBytecodeCache

from pipelines.settings import settings

# The library floods the log with registrations while it is imported.
logging.getLogger("great_expectations").setLevel(logging.WARNING)


# The column of a frame that says how many rows got the verdict of its line.
ROWS = "rows"


@dataclass(frozen=True)
class Assertion:
    """One rule over the boolean column of its name. `tolerance` is the share of rows that may fail it."""

    rule_id: str
    severity: str
    tolerance: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What became of one assertion: counts and whether the failing share is within tolerance."""

    rule_id: str
    severity: str
    success: bool
    checked: int
    failed: int


# Scripts, styles and pictures the library's pages would load from the network.
_OUTSIDE = re.compile(
    r"<script[^>]*\bsrc\s*=\s*[\"'](?:https?:)?//[^>]*>\s*</script>"
    r"|<(?:link|img)\b[^>]*\b(?:href|src)\s*=\s*[\"'](?:https?:)?//[^>]*>",
    re.IGNORECASE,
)
# So many rows may fail whatever their share: three bad rows of five are rows for the quarantine, not a reason
# to send a small delivery back whole.
FEW_ROWS = 20
SITE = "quality"


class _Later(ModuleType):
    """Stands for a module until something in it is first used (LazyLoader gives way at the import statement)."""

    def __getattr__(self, name: str) -> Any:
        if name == "__file__":  # asked of every module by those who look for where a class came from
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


# Imported for two expectations we do not have, they are most of what importing the library costs. Put off here and
# not in `Checker`, so that whoever imports the library beforehand can put them off first.
for unused in ("scipy.stats", "altair"):
    sys.modules.setdefault(unused, _Later(unused))


class Checker:
    """One Great Expectations context; making it costs seconds, so a step makes one and checks all with it."""

    def __init__(self, docs: Path | None = None) -> None:
        import great_expectations as gx
        from great_expectations.render.view import view

        # Each report would compile the library's hundred page templates anew, half of what a small delivery costs.
        view.Environment = partial(Environment, bytecode_cache=FileSystemBytecodeCache())
        self._gx = gx
        self._share_kept = _share_kept()
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._source = self._context.data_sources.add_pandas("frames")
        self._docs = docs if settings().expectation_pages else None
        if self._docs is not None:
            self._context.add_data_docs_site(site_name=SITE, site_config=_site(self._docs))

    def _validate(self, name: str, frame: pd.DataFrame, expectations: Sequence[Any]) -> list[Any]:
        asset = self._source.add_dataframe_asset(name)
        batch = asset.add_batch_definition_whole_dataframe("whole")
        suite = self._context.suites.add(self._gx.ExpectationSuite(name=name, expectations=list(expectations)))
        definition = self._context.validation_definitions.add(
            self._gx.ValidationDefinition(name=name, data=batch, suite=suite)
        )
        result = definition.run(
            batch_parameters={"dataframe": frame},
            result_format={"result_format": "BASIC", "exclude_unexpected_values": True},
        )
        return list(result.results)

    def _tolerances(self, frame: pd.DataFrame, rules: Sequence[Assertion]) -> list[Any]:
        """One expectation per rule: the share of rows that keep it is large enough."""
        rows = _row_count(frame)
        return [
            self._share_kept(
                column=rule.rule_id,
                min_value=(rows - _may_fail(rule, rows)) / rows,
                severity="critical" if rule.severity == "critical" else "warning",
            )
            for rule in (rules if rows else ())
        ]

    def rows(self, name: str, frame: pd.DataFrame, rules: Sequence[Assertion]) -> list[Outcome]:
        """Assert that each boolean column of `frame` is True but for its tolerance; one outcome per rule."""
        results = self._validate(name, frame, self._tolerances(frame, rules)) if len(frame) else []
        return _outcomes(results, frame, rules)

    def delivery(
        self, name: str, present: Sequence[str], wanted: Sequence[str], frame: pd.DataFrame, rules: Sequence[Assertion]
    ) -> tuple[bool, list[Outcome]]:
        """Whether a delivery with the columns `present` shows every wanted one, and one outcome per rule over its
        verdicts `frame`: one validation, one page."""
        columns = self._gx.expectations.ExpectTableColumnsToMatchSet(
            column_set=list(wanted), exact_match=False, severity="critical"
        )
        shown = pd.concat([frame, pd.DataFrame(True, index=frame.index, columns=list(present))], axis=1)
        results = self._validate(name, shown, [columns, *self._tolerances(frame, rules)])
        whole = [result.success for result in results if result.expectation_config.type == columns.expectation_type]
        return all(whole), _outcomes(results, frame, rules)

    def write_docs(self) -> None:
        """Write the library's pages of everything checked so far (counts only), without what they load from afar."""
        if self._docs is not None:
            # An ephemeral context has a site of its own in a temporary folder; nobody would read it.
            self._context.build_data_docs(site_names=[SITE])
            for page in self._docs.rglob("*.html"):
                text = page.read_text(encoding="utf-8")
                kept = _OUTSIDE.sub("", text)
                if kept != text:
                    page.write_text(kept, encoding="utf-8")


def _row_count(frame: pd.DataFrame) -> int:
    """How many rows a frame of verdicts stands for; of a delivery without verdicts it has no column at all."""
    return int(frame[ROWS].sum()) if len(frame) else 0


def _may_fail(rule: Assertion, rows: int) -> int:
    """So many rows may fail the rule before the delivery does."""
    return min(rows, math.floor(max(rule.tolerance * rows, FEW_ROWS))) if rule.tolerance else 0


def _outcomes(results: Sequence[Any], frame: pd.DataFrame, rules: Sequence[Assertion]) -> list[Outcome]:
    """An outcome per rule; of no rows, every rule holds."""
    rows = _row_count(frame)
    if not rows:
        return [Outcome(rule.rule_id, rule.severity, True, 0, 0) for rule in rules]
    success = {result.expectation_config.kwargs.get("column"): bool(result.success) for result in results}
    return [
        Outcome(
            rule.rule_id, rule.severity, success[rule.rule_id], rows, int(frame.loc[~frame[rule.rule_id], ROWS].sum())
        )
        for rule in rules
    ]


@cache
def _share_kept() -> Any:
    """The class of an expectation of ours: the mean of a column of booleans, each counted as often as `rows` says."""
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.core import ExpectColumnMeanToBeBetween
    from great_expectations.expectations.metrics.column_aggregate_metric_provider import ColumnAggregateMetricProvider
    from great_expectations.expectations.metrics.metric_provider import metric_value

    class ShareKept(ColumnAggregateMetricProvider):  # type: ignore[misc]
        metric_name = "column.share_kept"

        @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
        def _pandas(cls, execution_engine: Any, metric_domain_kwargs: Any, **_: Any) -> float:
            table, _, accessor = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type="column")
            kept = table.loc[table[accessor["column"]], ROWS].sum()
            return float(kept / table[ROWS].sum())

    class ExpectShareKept(ExpectColumnMeanToBeBetween):  # type: ignore[misc]
        metric_dependencies = (ShareKept.metric_name,)

        def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
            return self._validate_metric_value_between(
                ShareKept.metric_name, metrics, runtime_configuration, execution_engine
            )

    return ExpectShareKept


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        # The page of a validation shows what was expected beside what was found.
        "site_section_builders": {"expectations": "None", "profiling": "None"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
    }

"""When deliveries are cut: a history of two years, then quarters; snapshots at ends of quarters."""

from __future__ import annotations

from datetime import date

DELTA_CUTS = (date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1))
SNAPSHOT_CUTS = (date(2025, 1, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1))
# Aggregates of the last year only.
YEAR_CUTS = (date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1))
# What came later to the exchange: the history up to the middle of the last year, and its second half.
HALF_YEAR_CUTS = (date(2025, 7, 1), date(2026, 1, 1))

"""From an export to current records: land, read, judge, stage, resolve."""

"""Disputes: somebody is wrongly held to be the person of a record. Trace, part, notify, measure the time it took."""

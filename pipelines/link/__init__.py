"""Linkage: mentions to persons, documents to case chains."""

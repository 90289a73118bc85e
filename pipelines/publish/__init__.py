"""Publish: a built candidate is checked, put in place, and `current` repointed."""

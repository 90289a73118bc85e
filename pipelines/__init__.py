"""Huiliu: agencies' exports to one traceable warehouse. One step of the way of a row per package."""

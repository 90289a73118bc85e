"""The simulator: a synthetic province, the exports its agencies would write, and the truth about its lives.

It imports nothing from the rest of the package: the one who makes the exam does not read the answers. Where it
knows the same facts (codes, formats, definitions of figures), it states them again in its own words.
"""

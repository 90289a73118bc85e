"""Evaluation: how a release compares with the truth of a simulated province. No step of the pipeline imports it."""

from pipelines.evaluate.evaluate import evaluate
from pipelines.evaluate.report import print_scores

__all__ = ["evaluate", "print_scores"]

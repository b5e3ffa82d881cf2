"""Checks of students' functions: `expect`, its diagnosis, known mistakes, and their judge.

A check cell calls a student's function and hands the value to `expect`. Everything else here serves
that one call: `diagnose` turns a wrong value into a sentence, `mistakes` and `exercise` keep the
wrong answers real students give, `oracle` judges values that were computed somewhere untrusted.
"""

from .diagnose import compare, same
from .exercise import Exercise, known_mistakes, strip_oracles
from .expect import CheckFailed, Expectation, Record, expect, publishing, recording, rng, seeded
from .mistakes import alternative, edited, mistake
from .oracle import Oracle, Result, Verdict
from .transport import decode, encode, plain

__all__ = [
    "CheckFailed", "Exercise", "Expectation", "Oracle", "Record", "Result", "Verdict",
    "alternative", "compare", "decode", "edited", "encode", "expect", "known_mistakes", "mistake",
    "plain", "publishing", "recording", "rng", "same", "seeded", "strip_oracles",
]  # fmt: skip

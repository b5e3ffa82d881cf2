"""Draft an entry of `mistakes.py` from the largest group of unknown wrong answers."""

import re

from .page import typical_answer
from .statistics import Misconception, clusters


def propose(students, unit, submitted):
    """(function, source of a stub entry) for the largest cluster of two students or more, or None.

    The instructor renames it, writes the sentence, and runs the proofs.
    """
    for cluster in clusters(students):
        if len(cluster.students) < 2:
            return None
        asked = Misconception("", cluster.function, "", cluster.students, cluster.cost)
        source = typical_answer(asked, unit, submitted)
        head = re.compile(rf"^(def|class) {cluster.function}\b", re.MULTILINE)
        if source and head.search(source):
            body = head.sub(rf"\1 {draft_id(cluster.function)}", source, count=1)
            return cluster.function, _entry(cluster, body)
    return None


def draft_id(function):
    """The id of a drafted entry, until the instructor finds a better one."""
    return f"unknown_{function}"


def _entry(cluster, body):
    return (
        f"\n\n# {len(cluster.students)} students answered like this. "
        f"The check said: {cluster.sentence}\n"
        f'@mistake("{cluster.function}", says="TODO: say what they did and why it is wrong.")\n'
        f"{body}\n"
    )

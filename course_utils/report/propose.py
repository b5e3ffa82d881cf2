"""Draft an entry of `mistakes.py` from the largest group of unknown wrong answers."""

from .page import typical_answer
from .statistics import Misconception, clusters


def propose(students, unit, submitted):
    """Source of a stub entry for the largest cluster of at least two students, or None.

    The instructor renames it, writes the sentence, and runs the proofs.
    """
    for cluster in clusters(students):
        if len(cluster.students) < 2:
            return None
        asked = Misconception("", cluster.function, "", cluster.students, cluster.cost)
        source = typical_answer(asked, unit, submitted)
        if source and f"def {cluster.function}(" in source:
            return _entry(cluster, source)
    return None


def _entry(cluster, source):
    id = f"unknown_{cluster.function}"
    n = len(cluster.students)
    body = source.replace(f"def {cluster.function}(", f"def {id}(", 1)
    return (
        f"\n\n# {n} students answered like this. The check said: {cluster.sentence}\n"
        f'@mistake("{cluster.function}", says="TODO: say what they did and why it is wrong.")\n'
        f"{body}\n"
    )

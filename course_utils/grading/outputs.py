"""What a graded notebook shows, and the few scores that a submission's cells decide themselves."""

from .judge import say
from .run import printable

KEPT_TYPES = ("text/plain", "image/png", "image/jpeg")
MAX_OUTPUTS = 60


def by_hand(unit, submission):
    """Scores of cells a person grades: 0 if left as handed out, else None (not yet known)."""
    scores = {}
    for id, cell in zip(submission.ids, submission.cells, strict=True):
        about = cell["metadata"].get("nbgrader", {})
        if id and about.get("grade") and id not in unit.boxed:
            scores[id] = 0.0 if about["solution"] and unchanged(unit.cells[id], cell) else None
    return scores


def unanswered(unit, submission):
    """Ids of solution cells that still are as they were handed out."""
    from nbgrader.utils import is_task

    return {
        id
        for id, cell in zip(submission.ids, submission.cells, strict=True)
        if id
        and cell["metadata"]["nbgrader"]["solution"]
        and not is_task(unit.cells[id])
        and unchanged(unit.cells[id], cell)
    }


def unchanged(master, cell):
    """nbgrader's test: the checksum of the student's cell is that of the released one."""
    from nbgrader.utils import compute_checksum

    same = type(master)({**master, "source": cell["source"]})
    return compute_checksum(same) == master.metadata.nbgrader["checksum"]


def verdict_outputs(result):
    """A check cell's outputs: nbgrader's own scoring of them gives the same points."""
    lines = say(result)
    if result["status"] == "right":
        return [{"output_type": "stream", "name": "stdout", "text": "\n".join(lines) + "\n"}]
    return [error_output("CheckFailed", lines[0], lines)]


def error_output(name, text, lines):
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": lines}


def clean_outputs(outcome):
    """Outputs of a student's cell as valid nbformat, built anew: a box may have sent anything."""
    outputs = [clean for output in outcome.outputs[:MAX_OUTPUTS] if (clean := clean_output(output))]
    if outcome.error:
        name, _, text = outcome.error.partition(": ")
        outputs.append(error_output(name, text, [outcome.error]))
    return outputs


def clean_output(output):
    if not isinstance(output, dict):
        return None
    if output.get("output_type") == "stream" and isinstance(output.get("text"), str):
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": printable(output["text"])}
    data = output.get("data")
    if not isinstance(data, dict):
        return None
    kept = {kind: printable(data[kind]) for kind in KEPT_TYPES if isinstance(data.get(kind), str)}
    return {"output_type": "display_data", "data": kept, "metadata": {}} if kept else None

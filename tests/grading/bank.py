"""The bank of attacks and faults: each entry is one submission and the score it may get.

`CHEATS` answer everything wrong and try to be paid for it: 0 points. `FAULTS` answer all but one
function rightly, and that one does harm: they lose that function's points and nothing else.
`HONEST` look odd and lose nothing. `REFUSED` cannot be graded, with a reason. In the code of an
entry, COURSE stands for the course's folder and PORT for a port on which the test listens.
"""

import json
from dataclasses import dataclass

import mini
import nbformat

POINTS = {"linear_forward": 2, "linear_backward": 4, "relu": 1, "mse": 3}
FULL = mini.FULL
SECRET_SOLUTION = "SECRET_IN_THE_SOLUTION"
SECRET_STUDENT = "SECRET_OF_ANOTHER_STUDENT"
SECRET_ENVIRONMENT = "SECRET_IN_THE_ENVIRONMENT"

WRONG = {
    "linear_forward": f"{mini.FORWARD}\n    return np.zeros((len(X), len(b))), (X, W)",
    "linear_backward": f"{mini.BACKWARD}\n    return dZ, dZ, dZ",
    "relu": f"{mini.RELU}\n    return np.zeros_like(Z) - 1",
    "mse": f"{mini.MSE}\n    return 0.0",
}


@dataclass(frozen=True)
class Entry:
    """One submission: its cells, or bytes in place of a notebook, and what it is worth.

    said: text that must be in what the student is told. named: a known mistake.
    """

    cells: list | None = None
    raw: bytes | None = None
    score: float | None = FULL
    said: str = ""
    notebook: str = mini.NOTEBOOK
    link: str | None = None


def cheat(code, said=""):
    """Wrong answers everywhere, and `code` before the first; functions it defines stay."""
    answers = {
        name: "pass" if f"{name} = " in code or f"def {name}(" in code else source
        for name, source in WRONG.items()
    }
    answers["linear_forward"] = f"{code}\n\n{WRONG['linear_forward']}"
    return Entry(mini.filled(answers), score=0.0, said=said)


def fault(body, function="relu", said=""):
    """Right answers, but `body` stands in one function."""
    heads = {"relu": mini.RELU, "mse": mini.MSE, "linear_forward": mini.FORWARD}
    text = "\n".join(f"    {line}" for line in body.splitlines())
    answers = {**mini.ANSWERS, function: f"{heads[function]}\n{text}"}
    return Entry(mini.filled(answers), score=FULL - POINTS[function], said=said)


def honest(function="relu", source=None, **answers):
    answers = {**mini.ANSWERS, **({function: source} if source else {}), **answers}
    return Entry(mini.filled(answers))


# ---- cheats: wrong everywhere, so 0 points

_FRAMES = """\
import gc, sys, types
def hunt():
    found = []
    frame = sys._getframe()
    while frame:
        found += [v for v in {**frame.f_globals, **frame.f_locals}.values()]
        frame = frame.f_back
    found += gc.get_objects()
    for f in found:
        if isinstance(f, types.FunctionType) and f.__name__ == "<lambda>":
            try:
                value = f()
            except BaseException:
                continue
            if isinstance(value, np.ndarray) or isinstance(value, tuple):
                return value"""

CHEATS = {
    "patch np.testing": "import numpy.testing\nfor n in ('assert_allclose', 'assert_array_equal',"
    " 'assert_equal'):\n    setattr(np.testing, n, lambda *a, **k: None)",
    "patch numpy's comparisons": "for n in ('allclose', 'isclose', 'array_equal', 'all'):\n"
    "    setattr(np, n, lambda *a, **k: True)",
    "patch builtins": "import builtins\nbuiltins.all = builtins.any = lambda *a: True\n"
    "builtins.AssertionError = builtins.Exception = type('E', (BaseException,), {})\n"
    "builtins.isinstance = lambda *a: True",
    "patch expect": "import course_utils.checks as c, course_utils.checks.expect as e\n"
    "c.expect = e.expect = expect = lambda *a, **k: None",
    "patch what expect calls": "import sys\ne = sys.modules['course_utils.checks.expect']\n"
    "e.compare = lambda *a, **k: None\ne.same = lambda *a, **k: True\n"
    "e.Expectation.problem = lambda *a: None",
    "switch expect to the desk": "import sys\ne = sys.modules['course_utils.checks.expect']\n"
    "e._setting.set(e.at_the_desk)",
    "patch the transport": "import sys\nt = sys.modules['course_utils.checks.transport']\n"
    "t.plain = lambda v, d=0: None\nt.encode = lambda v: True",
    "patch IPython": "ip = get_ipython()\nip.run_cell = lambda *a, **k: None\n"
    "type(ip).run_cell = lambda *a, **k: None\nip.run_code = lambda *a, **k: False",
    "input transformer": "get_ipython().input_transformers_cleanup.append(\n"
    "    lambda lines: ['pass\\n'] if any('expect' in x for x in lines) else lines)",
    "AST transformer": "import ast\nclass Drop(ast.NodeTransformer):\n"
    "    def visit_Expr(self, node):\n        return ast.Pass()\n"
    "get_ipython().ast_transformers.append(Drop())",
    "events": "get_ipython().events.register('pre_run_cell', lambda *a: globals().update(\n"
    "    expect=lambda *a, **k: None))",
    "displayhook 2": "import sys\nsys.displayhook(2)\nget_ipython().displayhook(10)",
    "settrace": "import sys\ndef trace(frame, event, arg):\n"
    "    for name in list(frame.f_locals):\n"
    "        if name in ('want', 'that'):\n            frame.f_locals[name] = None\n"
    "    return trace\nsys.settrace(trace)",
    "atexit": "import atexit\natexit.register(lambda: print('full marks'))",
    "__del__": "class Last:\n    def __del__(self):\n        print('full marks')\nkeep = Last()",
    "look for want in frames": _FRAMES + "\nrelu = lambda *a: mse(*a)\nmse = lambda *a: hunt()",
    "read the cells that run": "import inspect\nfor f in inspect.stack():\n"
    "    if 'want' in (f.frame.f_globals.get('_ih') or ['']):\n        print(f.frame.f_globals)",
    "forged display data": "from IPython.display import display\n"
    "display({'application/x-expect+json': {'name': 'mse of a batch of two', 'value': 2.5}},"
    " raw=True)\ndisplay({'text/plain': '10'}, raw=True)\n10",
    "forged messages": "import os, json, struct\n"
    "for cell in range(20):\n"
    "    for name in ('mse of a batch of two', 'mse of random values'):\n"
    "        data = json.dumps({'cell': cell, 'name': name, 'value': 2.5}).encode()\n"
    "        os.write(3, struct.pack('!I', len(data)) + data)",
    "forged end of a cell": "import os, json, struct\n"
    "data = json.dumps({'cell': 1, 'error': None, 'outputs': []}).encode()\n"
    "os.write(3, struct.pack('!I', len(data)) + data)",
    "names published twice": "from course_utils.checks import expect as again\n"
    "def relu(Z):\n    again('mse of a batch of two', got=2.5)\n    return Z\n"
    "def mse(P, Y):\n    again('mse of a batch of two', got=2.5)\n    return 2.5",
    "clear_output": "from IPython.display import clear_output\nclear_output()\n"
    "get_ipython().display_pub.clear_output = lambda *a, **k: None",
    "lying ndarray": "class Liar(np.ndarray):\n    def __eq__(self, other):\n"
    "        return np.ones(self.shape, bool)\n"
    "    def __array_function__(self, f, types, args, kwargs):\n        return True\n"
    "    def __array_ufunc__(self, *a, **k):\n        return True\n"
    "relu = lambda Z: Z.view(Liar)\nmse = lambda P, Y: P.view(Liar)",
    "hostile __array__": "class Evil:\n    def __array__(self, *a, **k):\n"
    "        raise SystemExit\n    def __eq__(self, other):\n        return True\n"
    "    def __float__(self):\n        return 2.5\n"
    "relu = lambda *a: mse(*a)\nmse = lambda *a: Evil()",
    "hostile __reduce__": "class Evil:\n    def __reduce__(self):\n"
    "        return (open, ('COURSE/pickled', 'w'))\n"
    "relu = lambda *a: mse(*a)\nmse = lambda *a: Evil()",
    "float that equals anything": "class Any(float):\n    __eq__ = lambda s, o: True\n"
    "    __sub__ = __rsub__ = lambda s, o: 0.0\nmse = lambda P, Y: Any(7)",
    "NaN everywhere": "relu = lambda Z: np.full(Z.shape, np.nan)\nmse = lambda P, Y: np.nan",
    "infinity everywhere": "relu = lambda Z: np.full(Z.shape, np.inf)\nmse = lambda P, Y: np.inf",
    "huge arrays": "relu = lambda Z: np.zeros(3_000_000)\n"
    "mse = lambda P, Y: np.zeros((1000, 1000))",
    "far too large arrays": "relu = lambda *a: mse(*a)\nmse = lambda *a: np.zeros(30_000_000)",
    "zero-size arrays": "relu = lambda *a: mse(*a)\nmse = lambda *a: np.zeros((0, 5))",
    "object dtype": "relu = lambda *a: mse(*a)\nmse = lambda *a: np.array([object()] * 3)",
    "deeply nested": "def mse(P, Y):\n    x = 2.5\n    for _ in range(10**5):\n        x = [x]\n"
    "    return x",
    "huge integers": "mse = lambda P, Y: 10**20000",
    "True for a number": "mse = lambda P, Y: True\nrelu = lambda Z: True",
    "read the solution": "import glob, pathlib\n"
    "for p in ['COURSE/solutions/00_mini/mini.ipynb', *glob.glob('/**/mini.ipynb', "
    "recursive=True)]:\n    try:\n        print(pathlib.Path(p).read_text())\n"
    "    except OSError as e:\n        print(e)",
    "read other students": "import glob\n"
    "for p in glob.glob('COURSE/submitted/*/*/*') + ['COURSE/submitted/victim/00_mini/mini.ipynb']:"
    "\n    try:\n        print(open(p).read())\n    except OSError as e:\n        print(e)",
    "read the environment": "import os, subprocess\nprint(dict(os.environ))\n"
    "for p in range(1, 400):\n"
    "    try:\n        print(open(f'/proc/{p}/environ').read())\n"
    "        print(open(f'/proc/{p}/cmdline').read())\n"
    "    except OSError:\n        pass",
    "read the grader's memory": "for p in ['self', 1, 2, 3]:\n    for n in ('maps', 'mem', 'fd'):\n"
    "        try:\n            print(open(f'/proc/{p}/{n}', 'rb').read(100))\n"
    "        except OSError as e:\n            print(e)",
    "write everywhere": "import os\nfor p in ('COURSE/gradebook.db', 'COURSE/written',\n"
    "          'COURSE/solutions/00_mini/mini.ipynb', 'COURSE/submitted/victim/00_mini/mini.ipynb',"
    "\n          'COURSE/autograded/written', '/written', '/usr/written', os.path.expanduser("
    "'~/../root/written')):\n    try:\n        open(p, 'w').write('owned')\n"
    "    except OSError as e:\n        print(e)",
    "edit the gradebook": "import sqlite3\ntry:\n"
    "    c = sqlite3.connect('COURSE/gradebook.db')\n"
    "    c.execute('update grade set manual_score = 396')\n    c.commit()\n"
    "except sqlite3.Error as e:\n    print(e)",
    "network": "import socket\ntry:\n    s = socket.create_connection(('127.0.0.1', PORT), 1)\n"
    "    s.send(b'hello')\nexcept OSError as e:\n    print(e)",
    "import the reference": "import sys\nsys.path.insert(0, 'COURSE')\ntry:\n"
    "    from course_utils.grading.unit import Unit\n"
    "    print(Unit.load('COURSE/solutions/00_mini').cells)\nexcept BaseException as e:\n"
    "    print(e)",
}  # fmt: skip
CHEATS = {name: cheat(code) for name, code in CHEATS.items()}


# ---- faults: one function does harm and costs its own points

_KILL = "import os, signal\nfor pid in (os.getppid(), 1, 2, 3):\n    try:\n        {}\n" \
    "    except OSError:\n        pass\nreturn Z"  # fmt: skip

FAULTS = {
    "infinite loop": ("while True:\n    pass", "endless loop"),
    "loop that swallows interrupts": (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass",
        "endless loop",
    ),
    "C call that holds the GIL": ("import re\nre.match('(a+)+b', 'a' * 99)\nreturn Z", "loop"),
    "sleep": ("import time\ntime.sleep(10**6)", "endless loop"),
    "30 GB at once": ("return np.ones(4 * 10**9)", "MemoryError"),
    "memory bit by bit": (
        "keep = []\nwhile True:\n    keep.append(np.ones(10**6))",
        "MemoryError",
    ),
    "memory in files": (
        "import os\nfor i in range(10**6):\n    with open(f'/tmp/{i}', 'wb') as f:\n"
        "        f.write(bytes(10**7))\nreturn Z",
        "OSError",
    ),
    "os._exit": ("import os\nos._exit(0)", "ended its process"),
    "sys.exit": ("import sys\nsys.exit(0)", "SystemExit"),
    "quit()": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)", "ended its process"),
    "abort": ("import os\nos.abort()", "ended its process"),
    "stack overflow": ("f = lambda: f()\nimport sys\nsys.setrecursionlimit(10**9)\nf()", ""),
    "kill the parent": (_KILL.format("os.kill(pid, signal.SIGKILL)"), ""),
    "kill the group": (_KILL.format("os.killpg(0, signal.SIGKILL)"), ""),
    "kill everyone": (_KILL.format("os.kill(-1, signal.SIGKILL)"), ""),
    "stop itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nreturn Z", ""),
    "fork bomb": ("import os\nwhile True:\n    os.fork()", "PermissionError"),
    "thread bomb": (
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        "RuntimeError",
    ),
    "daemonised child": (
        "import subprocess\nsubprocess.Popen(['sleep', '999'], start_new_session=True)\nreturn Z",
        "PermissionError",
    ),
    "disk fill": (
        "with open('fill', 'wb') as f:\n    while True:\n        f.write(bytes(10**6))",
        "OSError",
    ),
    "100 MB of output": ("print('x' * 10**8)\nreturn Z", ""),
    "endless output": ("while True:\n    print('x' * 100)", "endless loop"),
    "messages without end": ("import os\nwhile True:\n    os.write(3, bytes(1000))", ""),
    "closes every file": ("import os\nos.closerange(0, 99)\nreturn Z", "ended its process"),
    "uses torch": ("import torch\nreturn torch.relu(torch.tensor(Z)).numpy()", "torch is not part"),
    "uses the library": (
        "from course_utils import nn\nreturn nn.activations.relu(Z)",
        "course_utils.nn is not part",
    ),
}
FAULTS = {name: fault(body, said=said) for name, (body, said) in FAULTS.items()}


# ---- honest: odd, but nothing is lost


def _about(cell):
    return cell.metadata.get("nbgrader", {})


def edited_cells(change):
    """Right answers in a notebook that `change` has rearranged."""
    cells = mini.filled(mini.ANSWERS)
    return Entry(change(cells) or cells)


def _copy_all(cells):
    return [copy for cell in cells for copy in (cell, nbformat.from_dict(cell))]


def _set_about(cells, **fields):
    for cell in cells:
        if _about(cell).get("grade"):
            cell.metadata.nbgrader.update(fields)


def _retype(cells):
    for cell in cells:
        if _about(cell).get("grade_id") in ("check_mse", "relu"):
            cell.cell_type = "markdown"
            del cell["outputs"], cell["execution_count"]


def _weaken(cells):
    for cell in cells:
        if _about(cell).get("grade_id", "").startswith("check_"):
            cell.source = "pass"


def _forget_ids(cells):
    for cell in cells:
        if _about(cell).get("solution"):
            del cell.metadata["nbgrader"]


def _raw(**changes):
    cells = [dict(cell) for cell in mini.filled(mini.ANSWERS)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **changes}


def _old_format():
    cells = [
        {"cell_type": "code", "input": source, "language": "python", "outputs": [],
         "metadata": {}, "collapsed": False}
        for source in [mini.SETUP, *mini.ANSWERS.values()]
    ]  # fmt: skip
    notebook = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    return json.dumps({**notebook, "worksheets": [{"cells": cells, "metadata": {}}]}).encode()


def _large():
    notebook = _raw()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 6_000_000}]
    return json.dumps(notebook).encode()


_WARNS = f"{mini.RELU}\n    import warnings\n    warnings.warn('careful')\n" \
    "    np.log(np.zeros(1))\n    return np.maximum(Z, 0)"  # fmt: skip

HONEST = {
    "right": honest(),
    "warnings": honest(source=_WARNS),
    "prints a lot": honest(
        source=f"{mini.RELU}\n    print('x' * 10**6)\n    return np.maximum(Z, 0)"
    ),
    "prints without a newline for long": honest(
        source=f"{mini.RELU}\n    for i in range(20000):\n        print(i, end=' ')\n"
        "    return np.maximum(Z, 0)"
    ),
    "shell commands and magics": honest(
        source=f"!pip install numpy\n%matplotlib inline\n{mini.ANSWERS['relu']}"
    ),
    "other names for rng and expect": honest(
        source=f"rng = np.random.default_rng(0)\nexpect = None\n{mini.ANSWERS['relu']}"
    ),
    "an error in a cell of one's own": edited_cells(
        lambda cells: [*cells[:4], mini.code("1 / 0"), *cells[4:]]
    ),
    "every cell copied": edited_cells(_copy_all),
    "checks deleted": edited_cells(
        lambda cells: [c for c in cells if not _about(c).get("locked", False)]
    ),
    "only answers left": edited_cells(lambda cells: [c for c in cells if "return" in c.source]),
    "cells of another type": edited_cells(_retype),
    "points changed": edited_cells(lambda cells: _set_about(cells, points=1000)),
    "checks weakened": edited_cells(_weaken),
    "ids of answers lost": edited_cells(_forget_ids),
    "unlocked": edited_cells(lambda cells: _set_about(cells, locked=False, grade=False)),
    "checks at the end": edited_cells(lambda cells: sorted(cells, key=lambda c: (
        "expect(" in c.source, "import" not in c.source))),
    "another kernel": Entry(raw=json.dumps(_raw(
        metadata={"kernelspec": {"name": "bash", "display_name": "x", "language": "bash"}})
    ).encode()),
    "old nbformat": Entry(raw=_old_format()),
    "byte order mark": Entry(raw="\ufeff".encode() + json.dumps(_raw()).encode()),
    "another file name": Entry(mini.filled(mini.ANSWERS), notebook="mini (1)"),
    "50 MB of outputs": Entry(raw=_large()),
}  # fmt: skip


# ---- refused: not graded, and said why

REFUSED = {
    "not JSON": (Entry(raw=b"print('hello')"), "not valid JSON"),
    "NUL bytes": (Entry(raw=b"\0" * 1000), "not valid JSON"),
    "cut off": (Entry(raw=json.dumps(_raw()).encode()[:900]), "not valid JSON"),
    "a list": (Entry(raw=b"[1, 2]"), "not a notebook"),
    "cells that are none": (Entry(raw=json.dumps(_raw() | {"cells": [1, None]}).encode()), "cells"),
    "nested deeply": (Entry(raw=b"[" * 100_000), "not valid JSON"),
    "another notebook": (Entry([mini.code("1")], notebook="holiday"), "not a copy"),
    "missing": (Entry(), "there is no mini.ipynb"),
    "a link to the solution": (
        Entry(link="COURSE/solutions/00_mini/mini.ipynb"),
        "is it a link?",
    ),
    "a link to nowhere": (Entry(link="/nonexistent"), "is it a link?"),
}
REFUSED = {name: (entry, said) for name, (entry, said) in REFUSED.items()}


def place(root, student, entry, replace):
    """Hand in one entry; `replace` are the words that stand for something in its code."""

    def fill(text):
        for word, value in replace.items():
            text = text.replace(word, value)
        return text

    folder = mini.hand_in(root, student, [])
    path = folder / f"{mini.NOTEBOOK}.ipynb"
    path.unlink()
    if entry.link:
        path.symlink_to(fill(entry.link))
    elif entry.raw is not None:
        path.write_bytes(entry.raw)
    elif entry.cells is not None:
        cells = [nbformat.from_dict(cell) for cell in entry.cells]
        for cell in cells:
            cell.source = fill(cell.source)
        mini.save(folder / f"{entry.notebook}.ipynb", cells)
    return folder

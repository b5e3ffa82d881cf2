"""The class grader: submissions run in a box, and are judged outside it.

`batch.grade` is the whole of it. `unit` and `submission` say what to run; `box`, `zygote`,
`confine` and `cells` run it where it can do no harm; `judge` decides, in the process of `judging`;
`store` and `book` keep.
"""

import sys

# jsonschema would build a grammar with it at import, for over a second, to check IRIs: not needed
sys.modules.setdefault("rfc3987_syntax", None)

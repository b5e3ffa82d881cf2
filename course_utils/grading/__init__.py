"""The class grader: submissions run in a box, and are judged outside it.

`batch.grade` is the whole of it. `unit` and `submission` say what to run; `box`, `zygote`,
`confine` and `cells` run it where it can do no harm; `judge` decides; `store` and `book` keep.
"""

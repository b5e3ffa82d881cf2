"""What the notebooks, the exercises and the grader of the course have in common.

`nn` is the NumPy library the course derives, `checks` tells students which mistake they made,
`widgets` animates, `grading` marks a class. Importing this package loads none of them.
"""

__version__ = "0.1.0"

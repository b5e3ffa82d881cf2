"""What did my class get wrong? Misconceptions, item statistics and a page to read on Monday.

`simulate` makes a class for trying things out, `results` reads what the grader stored, `statistics`
counts, `page` writes HTML and CSV, and `propose` drafts a new entry for `mistakes.py`.
"""

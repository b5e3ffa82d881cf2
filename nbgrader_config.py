"""How nbgrader sees the course: solutions/ is its source, exercises/ what students get."""

from course_utils.release import STEPS

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "neural_networks"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# Wrong and alternative answers live beside each solution and must never reach a student.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.pyc", "*.py", "feedback"]
c.GenerateAssignment.preprocessors = STEPS
# Widgets go on playing in feedback pages.
c.HTMLExporter.preprocessors = ["course_utils.widgets.export.LiveWidgets"]

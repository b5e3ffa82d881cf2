"""The exception that every reason not to grade is one of."""


class Stopped(Exception):
    """The batch cannot go on; the message says why. What is graded stays graded."""


__all__ = ["Stopped"]

"""One file for each widget, one `Case` in it: that is all its common tests need to know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from course_utils.widgets import Widget


@dataclass(frozen=True)
class Case:
    """make: builds the widget as a notebook does. main: label of a control that must work with
    no kernel behind the page. numbers: for a widget in any state, array name -> what NumPy says
    it should hold at the present controls. worst: controls for its diverged or extreme state.
    wrong: controls that are nonsense, and a word of the sentence the reader then sees.
    plays: whether it has a play button. says: words that stand below the plots at a given step,
    with numbers from NumPy: what the browser reads out of the arrays.
    """

    make: Callable[..., Widget]
    main: str
    numbers: Callable[[Widget], dict]
    worst: dict = field(default_factory=dict)
    wrong: tuple[tuple[dict, str], ...] = ()
    plays: bool = True
    says: Callable[[Widget, int], list[str]] | None = None


def shown(value, digits=3) -> str:
    """A number between 0.001 and 1000 as the browser writes it."""
    return f"{value:.{digits}g}".replace("-", "−")


CASES = {
    module.name: import_module(f"{__name__}.{module.name}").CASE
    for module in iter_modules(__path__)
}

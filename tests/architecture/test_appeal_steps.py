"""Each kind of step of an appeal has words for people and a name for outer systems.

A kind that nobody decided on would be told outside as a mere change: a document system would
never hear of the appeals that it makes.
"""

import ast
import re

from tests.architecture.code import list_calls, list_modules, parse, place_of

from hotline_sessions.domain.systems import CARRIED_OVER, CHANGES, EVENTS
from hotline_sessions.web.pages.desk.appeal_life_words import STEPS


NAME = re.compile(r"(appeal|deadline)_[a-z]+(_[a-z]+)*")
OTHER_DEEDS = ("log.", "add_entry")
"""Calls whose texts name something else: lines of the log, deeds done to an institution."""
COMPOSED = {
    "services/appeal_exits.py": ("appeal_returned", "appeal_forwarded", "appeal_stopped"),
    "services/appeal_replies.py": ("appeal_sent", "appeal_told"),
}
"""Where names are put together, and all that come of it."""


def list_noted() -> dict[str, str]:
    """Steps that use cases name, each with a place."""
    found = {name: place for place, names in COMPOSED.items() for name in names}
    for path in list_modules("services"):
        tree = parse(path)
        others = {
            id(argument)
            for name, call in list_calls(tree)
            if name.startswith(OTHER_DEEDS)
            for argument in call.args
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in others:
                text = str(node.value)
                if NAME.fullmatch(text):
                    found[text] = place_of(path)
    return found


def list_composing() -> set[str]:
    """Files in which a name of a step is put together."""
    return {
        place_of(path)
        for path in list_modules("services")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and str(node.values[0].value).startswith(("appeal_", "deadline_"))
    }


def test_each_step_that_is_written_down_has_words_and_a_name_outside() -> None:
    noted = list_noted()

    assert len(noted) > 20
    assert list_composing() == set(COMPOSED)
    assert {name: noted[name] for name in noted.keys() - STEPS.keys()} == {}
    assert {name: noted[name] for name in noted.keys() - EVENTS.keys() - CHANGES} == {}


def test_each_step_that_has_words_is_told_under_one_name() -> None:
    assert set(STEPS) == EVENTS.keys() | CHANGES
    assert not EVENTS.keys() & CHANGES
    assert CARRIED_OVER not in STEPS

"""What the database calls over is what the rules call so."""

import re

from hotline_sessions.domain.appeals import OPEN, AppealState
from hotline_sessions.store.appeals import OVER


def test_states_that_are_over_are_those_that_are_not_open() -> None:
    assert set(re.findall(r"\w+", OVER)) == {
        state.value for state in AppealState if state not in OPEN
    }

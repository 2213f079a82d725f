"""The table of steps: no webhook of one step may be taken for a repetition of another's."""

import pytest

from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.web.webhooks.step_table import STEPS, Step


ELSEWHERE = {"in", "code", "key", "question", "question-done", "bye", "client", "menu", "menu-step"}
"""Keys of what is answered outside the table."""


def test_every_step_has_a_key_of_its_own() -> None:
    keys = [step.key for step in STEPS.values()]

    assert len({*keys, *ELSEWHERE}) == len(keys) + len(ELSEWHERE)


@pytest.mark.parametrize(
    "step", [pytest.param(step, id=path) for path, step in STEPS.items() if "after" in path]
)
def test_the_end_of_a_call_is_no_repetition_of_its_coming_out(step: Step) -> None:
    there, over = (
        VoiceForm(account_sid="AC", call_sid="CA", call_status=status, to="", from_="")
        for status in ("in-progress", "completed")
    )

    assert [read(there) for read in step.parts] != [read(over) for read in step.parts]

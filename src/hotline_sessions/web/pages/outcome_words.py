"""How the question of a talk was settled, in words: for the official who says it and the office."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.talk_notes import TalkOutcome
from hotline_sessions.i18n import N_


OUTCOMES: Final[Mapping[TalkOutcome, str]] = MappingProxyType(
    {
        TalkOutcome.ANSWERED: N_("Answered at once"),
        TalkOutcome.UNDER_CONTROL: N_("Taken under my control"),
        TalkOutcome.WRITTEN_REPLY: N_("Needs a written reply"),
        TalkOutcome.PASSED_ON: N_("Passed on to another body"),
        TalkOutcome.NO_QUESTION: N_("There was no question"),
    }
)

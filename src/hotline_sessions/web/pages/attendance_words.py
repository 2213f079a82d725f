"""Answers to invitations in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.attendance_reminders import Trouble
from hotline_sessions.domain.replies import Outcome
from hotline_sessions.i18n import N_


ANSWERS: Final[Mapping[Answer, str]] = MappingProxyType(
    {
        Answer.INVITED: N_("has not answered"),
        Answer.ACCEPTED: N_("will come"),
        Answer.DECLINED: N_("cannot come"),
        Answer.TENTATIVE: N_("may come"),
        Answer.PROPOSED: N_("proposes another time"),
    }
)
"""What staff read of an invited official."""

TROUBLES: Final[Mapping[Trouble, str]] = MappingProxyType(
    {
        Trouble.DECLINED: N_("Choose a substitute"),
        Trouble.PROPOSED: N_("Decide about the proposed time"),
        Trouble.UNDELIVERED: N_("The invitation could not be delivered: call"),
        Trouble.SILENT: N_("No confirmation: call, or choose a substitute"),
    }
)
"""What staff have to do."""

ODD: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.FORGED: N_("came from another address than was invited"),
        Outcome.UNFIT: N_("says nothing that can be done, or proposes an impossible time"),
    }
)
"""Why an answer by mail was not taken."""

"""Who may enter the pages of the register: guards that several of its pages share."""

from typing import Final

from hotline_sessions.domain.access import Right
from hotline_sessions.web.guards import require, require_staff


APPEAL_RIGHTS: Final = (Right.REGISTER_APPEALS, Right.ANSWER_APPEALS)
"""Rights of which one lets into the register."""

READERS: Final = [require_staff, require(*APPEAL_RIGHTS)]
REGISTRARS: Final = [require_staff, require(Right.REGISTER_APPEALS)]
ANSWERERS: Final = [require_staff, require(Right.ANSWER_APPEALS)]

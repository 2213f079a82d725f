"""What the pages of officials and operators need of the outside world to be telephones."""

from datetime import datetime
from typing import Protocol

from hotline_sessions.domain.softphones import Softphone


class Softphones(Protocol):
    """Whoever lets browsers talk."""

    def issue(self, identity: str, *, ends_at: datetime, now: datetime) -> Softphone | None:
        """A telephone for ``identity`` until after ``ends_at``; None where browsers cannot talk."""
        ...

"""Approval of a schedule by an order, and how far the schedule has moved away from it since."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import PublicId, SessionId
from hotline_sessions.domain.sessions import SessionState


LONGEST_ORDER: Final = 40
"""Characters of the number of an order."""
MOST_APPROVED: Final = 500
"""Sessions that one order approves: more than a year of any office."""


class NothingToApprove(Invalid):
    """No session was chosen."""

    code = "nothing-to-approve"


class NotApprovable(Conflict):
    """Some of the sessions are under way, over, or called off."""

    code = "not-approvable"


class LinesMissing(Conflict):
    """Sessions without a line cannot be announced. Facts: ``count``."""

    code = "lines-missing"


class OrderFromFuture(Invalid):
    """An order cannot be of a day that has not come."""

    code = "order-from-future"


class EmbargoTooEarly(Invalid):
    """The time of the announcement has passed."""

    code = "embargo-too-early"


class EmbargoTooLate(Invalid):
    """The announcement would come after the first of the sessions has begun."""

    code = "embargo-too-late"


class Embargoed(Conflict):
    """The session is announced by itself at an agreed time and not before."""

    code = "embargoed"


class NoEmbargo(Conflict):
    """The sessions have been announced, or no time was agreed."""

    code = "no-embargo"


class ApprovedFacts(Struct, frozen=True, kw_only=True):
    """A session as an order approves it: what a schedule on paper says."""

    held_on: date
    opens_clock: time
    closes_clock: time
    post: str
    official: str = ""
    line: str = ""
    topic: str = ""
    place: str = ""

    def list_differences(self, other: "ApprovedFacts") -> tuple[str, ...]:
        """Names of the facts in which ``other`` is different."""
        return tuple(
            name for name in self.__struct_fields__ if getattr(self, name) != getattr(other, name)
        )


class Fate(StrEnum):
    """What has become of an approved session."""

    SAME = "same"
    CHANGED = "changed"
    CALLED_OFF = "called-off"
    REMOVED = "removed"
    ADDED = "added"


class Present(Struct, frozen=True, kw_only=True):
    """A session as it is now."""

    session: SessionId
    public_id: PublicId
    state: SessionState
    starts_at: datetime
    facts: ApprovedFacts


class Compared(Struct, frozen=True, kw_only=True):
    """A line of the schedule: as it was approved, as it is now, and the difference."""

    fate: Fate
    approved: ApprovedFacts | None = None
    present: Present | None = None
    differences: tuple[str, ...] = ()
    failed_because: str = ""

    @property
    def held_on(self) -> date:
        """The day it is, or was to be, held."""
        facts = self.approved or (self.present.facts if self.present else None)
        assert facts is not None  # noqa: S101 - a line has one of the two
        return facts.held_on


def compare(approved: ApprovedFacts, present: Present | None, failed: str = "") -> Compared:
    """What has become of a session that was approved."""
    if present is None:
        return Compared(fate=Fate.REMOVED, approved=approved, failed_because=failed)
    differences = approved.list_differences(present.facts)
    fate = Fate.CHANGED if differences else Fate.SAME
    if present.state is SessionState.CANCELLED:
        fate, differences = Fate.CALLED_OFF, ()
    return Compared(
        fate=fate,
        approved=approved,
        present=present,
        differences=differences,
        failed_because=failed,
    )


class Approval(Struct, frozen=True, kw_only=True):
    """An order that approves sessions. They are announced at ``publish_at``, if there is one."""

    id: int
    public_id: PublicId
    order_number: str
    order_on: date
    publish_at: datetime | None
    published_at: datetime | None
    approved_by: str
    approved_at: datetime
    sessions: int

    @property
    def is_held_back(self) -> bool:
        """Whether the announcement is still to come by itself."""
        return self.publish_at is not None and self.published_at is None

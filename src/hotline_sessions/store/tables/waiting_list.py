"""Who waits for a slot."""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.bookings import BookingRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow


class WaitingEntryRow(Table, tablename="waiting_entry"):
    """A citizen who waits for a slot of a session.

    The order is that of ``place``, which a draw gives, then of joining. ``booking`` is what
    was offered or made. One standing entry per phone and session is a partial unique index.
    ``origin`` is the way by which it came, ``author`` the account that wrote it down; ``refusal``
    is the code of why a lot that had fallen on it became no booking.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict, index=True)
    phone = Varchar(length=20, default=None, null=False, index=True)
    caller_name = Varchar(length=120, default=None, null=False)
    community = Varchar(length=120, default="")
    question = Text(default="")
    language = Varchar(length=2, default="uk")
    wants_call_back = Boolean(default=False)
    is_draw = Boolean(default=False)
    place = BigInt(default=None, null=True)
    wishes = JSONB(default="{}")
    wants_earlier = Boolean(default=False)
    any_session = Boolean(default=False)
    state = Varchar(length=12, default="waiting")
    booking = ForeignKey(BookingRow, null=True, on_delete=OnDelete.restrict, index=True)
    joined_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    origin = Varchar(length=8, default="web")
    author = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    refusal = Varchar(length=40, default="")
    email = Varchar(length=254, default="")

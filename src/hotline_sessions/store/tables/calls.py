"""Legs of calls and what happened to them."""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.bookings import BookingRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow


class CallRow(Table, tablename="call"):
    """One leg: a citizen's, an official's or an operator's.

    ``turn`` is the number of the summons to the air that this leg holds; a leg that
    answers with an older number is sent back to wait. Two partial indexes in a migration
    of their own: one citizen on air per session, one live leg of the official per session.

    ``step`` is the question of the dialogue that was asked last; ``mode`` is how an operator
    takes part; ``partner`` is the citizen an operator screens. ``resumes`` is the dropped
    call that this one goes on with, ``talk_seconds`` what was talked in it, and
    ``reconnect_until`` how long a dropped call may be gone on with. ``stands_by``: the number
    is on the waiting list of the session.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict, index=True)
    booking = ForeignKey(BookingRow, null=True, on_delete=OnDelete.set_null)
    role = Varchar(length=10, default=None, null=False)
    sid = Varchar(length=34, unique=True, default=None, null=True)
    peer_number = Varchar(length=20, default=None, null=True)
    state = Varchar(length=16, default=None, null=False)
    state_since = Timestamptz(default=None, null=False)
    identity = Varchar(length=10, default="none")
    language = Varchar(length=2, default="uk")
    step = Varchar(length=16, default="")
    code_tries = Integer(default=0)
    consent = Varchar(length=8, default="none")
    consented_at = Timestamptz(default=None, null=True)
    mode = Varchar(length=10, default="")
    account = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    is_outbound = Boolean(default=False)
    is_browser = Boolean(default=False)
    stands_by = Boolean(default=False)
    precedence = Integer(default=0)
    talk_seconds = Integer(default=0)
    extra_seconds = Integer(default=0)
    warned_at = Timestamptz(default=None, null=True)
    checked_at = Timestamptz(default=None, null=True)
    reconnect_until = Timestamptz(default=None, null=True)
    resumes: "ForeignKey[CallRow]" = ForeignKey(
        LazyTableReference("CallRow", module_path=__name__), null=True
    )
    partner: "ForeignKey[CallRow]" = ForeignKey(
        LazyTableReference("CallRow", module_path=__name__), null=True
    )
    turn = BigInt(default=0)
    started_at = Timestamptz(default=None, null=False)
    waiting_since = Timestamptz(default=None, null=True)
    on_air_at = Timestamptz(default=None, null=True)
    off_air_at = Timestamptz(default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)


class CallEventRow(Table, tablename="call_event"):
    """What happened to a leg, in order; written once, never changed."""

    id = BigSerial(primary_key=True)
    call = ForeignKey(CallRow, null=False, on_delete=OnDelete.restrict, index=True)
    event = Varchar(length=30, default=None, null=False)
    state_before = Varchar(length=16, default=None, null=False)
    state_after = Varchar(length=16, default=None, null=False)
    happened_at = Timestamptz(default=None, null=False)
    detail = JSONB(default="{}")


class CallBackRow(Table, tablename="call_back"):
    """A promise to call a citizen: at the booked slot, instead of holding, or after a drop.

    ``place_since`` is the moment from which the place in the queue counts: a call-back is
    a place, never a way past others. Two partial indexes in a migration: one promise per
    booking, one standing promise per phone and session.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict, index=True)
    booking = ForeignKey(BookingRow, null=True, on_delete=OnDelete.set_null)
    resumes = ForeignKey(CallRow, null=True, on_delete=OnDelete.set_null)
    leg = ForeignKey(CallRow, null=True, on_delete=OnDelete.set_null)
    kind = Varchar(length=10, default=None, null=False)
    phone = Varchar(length=20, default=None, null=False)
    language = Varchar(length=2, default="uk")
    place_since = Timestamptz(default=None, null=False)
    state = Varchar(length=12, default="due")
    attempts = Integer(default=0)
    due_at = Timestamptz(default=None, null=False)
    promised_at = Timestamptz(default=None, null=False)
    closed_at = Timestamptz(default=None, null=True)

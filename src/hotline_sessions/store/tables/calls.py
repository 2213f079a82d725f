"""Legs of calls and what happened to them."""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    ForeignKey,
    Integer,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.bookings import BookingRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow


class CallRow(Table, tablename="call"):
    """One leg: a citizen's or an official's.

    ``turn`` is the number of the summons to the air that this leg holds; a leg that
    answers with an older number is sent back to wait. Two partial indexes in a migration
    of their own: one citizen on air per session, one live leg of the official per session.
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
    code_tries = Integer(default=0)
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

"""Sessions and their slots."""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.lines import LineRow
from hotline_sessions.store.tables.officials import OfficialRow, PostRow


class SessionRow(Table, tablename="session"):
    """A live phone session.

    The wall time and its zone are what was announced; ``starts_at`` and ``ends_at`` are
    derived from them and are derived again if the zone's rules change. ``turn`` counts
    the summonses to the air; ``next_wanted`` is set while the operator's "next" waits
    for the air to become free: in an automatic session it always waits. One start per
    post is a partial unique index, since a session that was called off does not stand in
    the way of another.

    ``runs_until`` is the end after an extension or a pause, ``shift_seconds`` how much later
    than planned the slots begin because of pauses. ``official_due_at`` is when the official
    is rung again, ``official_tries`` how often that was done since the official was last on
    the line. ``substitute`` answers instead of ``official``. ``look_at`` is the next moment
    at which time alone may change something.

    Slots are given from ``registration_opens_at`` to ``registration_closes_at``, where they
    are known; ``booking_mode`` says in which order.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    post = ForeignKey(PostRow, null=False, on_delete=OnDelete.restrict, index=True)
    official = ForeignKey(OfficialRow, null=True, on_delete=OnDelete.restrict)
    line = ForeignKey(LineRow, null=True, on_delete=OnDelete.restrict, index=True)
    ring_number = Varchar(length=20, default=None, null=True)
    topic = Varchar(length=300, default="")
    place = Varchar(length=120, default="")
    community = Varchar(length=120, default="")
    held_on = Date(default=None, null=False)
    opens_clock = Time(default=None, null=False)
    closes_clock = Time(default=None, null=False)
    time_zone = Varchar(length=40, default="Europe/Kyiv")
    starts_at = Timestamptz(default=None, null=False, index=True)
    ends_at = Timestamptz(default=None, null=False)
    talk_minutes = Integer(default=5)
    rest_minutes = Integer(default=0)
    walk_in_percent = Integer(default=30)
    state = Varchar(length=16, default="draft")
    state_since = Timestamptz(default=TimestamptzNow())
    cancel_reason = Varchar(length=300, default="")
    rescheduled_to: "ForeignKey[SessionRow]" = ForeignKey(
        LazyTableReference("SessionRow", module_path=__name__), null=True
    )
    sequence = Integer(default=0)
    turn = BigInt(default=0)
    next_wanted = Boolean(default=False)
    is_automatic = Boolean(default=False)
    is_recorded = Boolean(default=False)
    is_transcribed = Boolean(default=False)
    substitute = ForeignKey(OfficialRow, null=True, on_delete=OnDelete.restrict)
    runs_until = Timestamptz(default=None, null=True)
    shift_seconds = Integer(default=0)
    official_tries = Integer(default=0)
    official_due_at = Timestamptz(default=None, null=True)
    wrong_codes = Integer(default=0)
    look_at = Timestamptz(default=None, null=True, index=True)
    source = Varchar(length=120, default="")
    registration_opens_at = Timestamptz(default=None, null=True)
    registration_closes_at = Timestamptz(default=None, null=True)
    booking_mode = Varchar(length=16, default="first-come")
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())

    ends_after_it_starts = Check(ends_at > starts_at)
    talk_is_at_least_a_minute = Check(talk_minutes >= 1)


class SlotRow(Table, tablename="slot"):
    """One talk in the plan of a session; those not bookable wait for callers without booking."""

    id = BigSerial(primary_key=True)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.cascade)
    starts_at = Timestamptz(default=None, null=False)
    ends_at = Timestamptz(default=None, null=False)
    is_bookable = Boolean(default=True)

    ends_after_it_starts = Check(ends_at > starts_at)
    one_slot_per_start = Unique([session, starts_at])


class SessionEventRow(Table, tablename="session_event"):
    """What happened to a session while callers could be on its line; written once."""

    id = BigSerial(primary_key=True)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict, index=True)
    event = Varchar(length=30, default=None, null=False)
    state_before = Varchar(length=16, default=None, null=False)
    state_after = Varchar(length=16, default=None, null=False)
    happened_at = Timestamptz(default=None, null=False)
    detail = JSONB(default="{}")

"""Bookings of slots, and what goes with them."""

from piccolo.columns import (
    JSONB,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow, SlotRow


class BookingRow(Table, tablename="booking"):
    """A citizen's slot.

    Two partial indexes, which Piccolo cannot state, are in a migration of their own: one
    live booking per slot, and one live booking per phone and session. An offer to somebody on
    the waiting list is such a row, too, until ``expires_at``; ``instead_of`` is the booking
    that it would take the place of.

    ``version`` grows whenever the talk gets another time: what was told of an earlier one is
    old. ``origin`` says how the booking came to be, ``author`` who wrote it down for the
    citizen, where somebody did.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict)
    slot = ForeignKey(SlotRow, null=False, on_delete=OnDelete.restrict)
    phone = Varchar(length=20, default=None, null=False, index=True)
    caller_name = Varchar(length=120, default=None, null=False)
    community = Varchar(length=120, default="")
    question = Text(default="")
    code_mac = Varchar(length=64, default=None, null=False)
    code_hint = Varchar(length=2, default=None, null=False)
    wants_call_back = Boolean(default=False)
    state = Varchar(length=16, default="booked")
    booked_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    version = Integer(default=1)
    language = Varchar(length=2, default="uk")
    email = Varchar(length=254, default="")
    origin = Varchar(length=12, default="web")
    author = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    expires_at = Timestamptz(default=None, null=True)
    instead_of: "ForeignKey[BookingRow]" = ForeignKey(
        LazyTableReference("BookingRow", module_path=__name__),
        null=True,
        on_delete=OnDelete.restrict,
    )

    one_booking_per_code_and_session = Unique([session, code_mac])


class WaiverRow(Table, tablename="booking_waiver"):
    """Leave to book beyond the limits, given to one phone by staff for a reason."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    phone = Varchar(length=20, default=None, null=False, index=True)
    reason = Varchar(length=300, default=None, null=False)
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    given_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)


class ChoiceRow(Table, tablename="booking_choice"):
    """What the owner of a booking is asked, and has chosen, since plans have changed.

    One row per booking and change: ``version`` is the number that the change gave to the
    session in calendars. ``chosen_by`` is who of the staff wrote it down for the citizen.
    """

    id = BigSerial(primary_key=True)
    booking = ForeignKey(BookingRow, null=False, on_delete=OnDelete.restrict)
    cause = Varchar(length=12, default=None, null=False)
    version = Integer(default=None, null=False)
    asked_at = Timestamptz(default=None, null=False)
    choice = Varchar(length=12, default=None, null=True)
    chosen_at = Timestamptz(default=None, null=True)
    chosen_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)

    one_question_per_booking_and_change = Unique([booking, cause, version])


class FormAnswerRow(Table, tablename="form_answer"):
    """What a form that was sent has led to: the same form sent again leads there, too.

    ``key`` is the mark that was drawn when the form was shown, as a keyed hash bound to its
    reader; ``digest`` is that of what was filled in.
    """

    id = BigSerial(primary_key=True)
    key = Varchar(length=64, unique=True, default=None, null=False)
    digest = Varchar(length=64, default=None, null=False)
    answer = JSONB(default="{}")
    answered_at = Timestamptz(default=None, null=False, index=True)

"""Bookings of slots."""

from piccolo.columns import BigSerial, Boolean, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow, SlotRow


class BookingRow(Table, tablename="booking"):
    """A citizen's slot.

    Two partial indexes, which Piccolo cannot state, are in a migration of their own: one
    live booking per slot, and one live booking per phone and session.
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

    one_booking_per_code_and_session = Unique([session, code_mac])

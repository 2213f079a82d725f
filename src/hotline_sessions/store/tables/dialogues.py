"""Services by phone: where a call stands in the menu, and wrong codes that were keyed in."""

from piccolo.columns import JSONB, BigSerial, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.bookings import BookingRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.lines import LineRow


class DialogueRow(Table, tablename="dialogue"):
    """A call that books, hears, moves or cancels by keys.

    ``number`` counts the steps and never goes back: an address is asked once. ``facts`` holds
    what was chosen so far; it is emptied when the dialogue ends, and the row is deleted later.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    line = ForeignKey(LineRow, null=False, on_delete=OnDelete.restrict)
    sid = Varchar(length=34, unique=True, default=None, null=False)
    caller = Varchar(length=20, default=None, null=True)
    leg = Varchar(length=12, default=None, null=True)
    language = Varchar(length=2, default="uk")
    step = Varchar(length=20, default=None, null=False)
    number = Integer(default=0)
    misses = Integer(default=0)
    facts = JSONB(default="{}")
    started_at = Timestamptz(default=None, null=False)
    updated_at = Timestamptz(default=None, null=False, index=True)


class CodeTryRow(Table, tablename="code_try"):
    """A wrong code keyed in on the telephone for a booking; counted by booking and in all."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    booking = ForeignKey(BookingRow, null=False, on_delete=OnDelete.restrict, index=True)
    tried_at = Timestamptz(default=None, null=False, index=True)

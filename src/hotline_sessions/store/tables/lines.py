"""Telephone numbers on which an institution holds sessions."""

from piccolo.columns import BigSerial, Boolean, Date, ForeignKey, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from hotline_sessions.store.tables.institutions import InstitutionRow


class LineRow(Table, tablename="line"):
    """A number for a span of days: numbers change, and old announcements keep the old one.

    ``number`` is E.164, or the digits of a short or internal number. ``valid_to`` is
    the first day on which it no longer serves, ``replaced_by`` the line that does so then.
    """

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    number = Varchar(length=20, default=None, null=False, index=True)
    is_free = Boolean(default=False)
    valid_from = Date(default=None, null=False)
    valid_to = Date(default=None, null=True)
    replaced_by: "ForeignKey[LineRow]" = ForeignKey(
        LazyTableReference("LineRow", module_path=__name__),
        null=True,
        on_delete=OnDelete.restrict,
    )

    ends_after_it_begins = Check((valid_to > valid_from) | valid_to.is_null())
    one_line_per_number_and_day_it_begins = Unique([institution, number, valid_from])

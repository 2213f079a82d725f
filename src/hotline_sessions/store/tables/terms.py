"""What terms are reckoned by, and the last days that gave way to others."""

from piccolo.columns import JSONB, BigSerial, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.appeals import AppealRow
from hotline_sessions.store.tables.institutions import InstitutionRow


class CalendarEditionRow(Table, tablename="calendar_edition"):
    """Edition of an institution's calendar; rows are added, never changed.

    ``martial_law``, ``moved_days`` and ``policy`` are those of
    ``domain.calendar_editions.CalendarEdition``; ``version`` is what deadlines refer to.
    """

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    number = Integer(default=None, null=False)
    version = Varchar(length=2000, default=None, null=False)
    martial_law = JSONB(default=None, null=False)
    moved_days = JSONB(default=None, null=False)
    policy = JSONB(default=None, null=False)
    reason = Varchar(length=200, default=None, null=False)
    made_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz(default=None, null=False)

    one_edition_per_number = Unique([institution, number])


class PastDeadlineRow(Table, tablename="past_deadline"):
    """A deadline of an appeal as it was before it was reckoned again, with all its inputs."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    deadline = JSONB(default=None, null=False)
    legal_on = Date(default=None, null=False)
    internal_on = Date(default=None, null=False)
    cause = Varchar(length=30, default=None, null=False)
    replaced_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    replaced_at = Timestamptz(default=None, null=False)

"""Who is absent, and who acts meanwhile."""

from piccolo.columns import BigSerial, Date, ForeignKey, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow


class AbsenceRow(Table, tablename="absence"):
    """Days on which a member of staff is away, both ends included, and the deputy.

    ``ended_by`` has taken it back, or cut it short: from then on it holds no more.
    """

    id = BigSerial(primary_key=True)
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict, index=True)
    deputy = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict, index=True)
    from_on = Date(default=None, null=False)
    until_on = Date(default=None, null=False)
    noted_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    noted_at = Timestamptz(default=None, null=False)
    ended_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    ended_at = Timestamptz(default=None, null=True)

"""What staff say to each other about an appeal, and what they are reminded of."""

from piccolo.columns import BigSerial, Date, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.appeals import AppealRow


class AppealCommentRow(Table, tablename="appeal_comment"):
    """A comment of staff for staff; nobody edits or removes it."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    author = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    text = Text(default=None, null=False)
    noted_at = Timestamptz(default=None, null=False)


class AppealReminderRow(Table, tablename="appeal_reminder"):
    """Somebody was reminded of one last day of an appeal: once at each stage."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    stage = Varchar(length=10, default=None, null=False)
    legal_on = Date(default=None, null=False)
    noted_at = Timestamptz(default=None, null=False)

    one_reminder_per_stage = Unique([appeal, account, legal_on, stage])

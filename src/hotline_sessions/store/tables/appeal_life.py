"""What becomes of an appeal: resolution, executors, extensions, replies, exits, links."""

from piccolo.columns import (
    JSONB,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.appeals import AppealRow
from hotline_sessions.store.tables.officials import OfficialRow
from hotline_sessions.store.tables.units import OutsideBodyRow, UnitRow


class AppealQuestionRow(Table, tablename="appeal_question"):
    """A further question of an appeal, from the second on; the first stands on its card."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict)
    place = Integer(default=None, null=False)
    text = Text(default=None, null=False)
    answer = Text(default=None, null=True)

    one_question_per_place = Unique([appeal, place])


class ComplainedOfRow(Table, tablename="complained_of"):
    """Somebody of whom an appeal complains: exactly one column names whom."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    account = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    unit = ForeignKey(UnitRow, null=True, on_delete=OnDelete.restrict)
    body = ForeignKey(OutsideBodyRow, null=True, on_delete=OnDelete.restrict)
    official = ForeignKey(OfficialRow, null=True, on_delete=OnDelete.restrict)


class ResolutionRow(Table, tablename="resolution"):
    """What the head has ordered; the last one counts."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    text = Text(default=None, null=False)
    resolved_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    resolved_at = Timestamptz(default=None, null=False)


class AssignmentRow(Table, tablename="assignment"):
    """An executor, until ``ended_at``: exactly one column names whom.

    ``due_on`` is the last lawful day of the appeal as long as the executor still owes it;
    triggers keep it, so that a work list reads nothing that is done.
    """

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    resolution = ForeignKey(ResolutionRow, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict, index=True)
    unit = ForeignKey(UnitRow, null=True, on_delete=OnDelete.restrict, index=True)
    body = ForeignKey(OutsideBodyRow, null=True, on_delete=OnDelete.restrict)
    is_main = Boolean(default=False)
    assigned_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    due_on = Date(default=None, null=True)


class ExtensionRow(Table, tablename="extension"):
    """A term that the head has made longer."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    from_on = Date(default=None, null=False)
    until_on = Date(default=None, null=False)
    reason = Text(default=None, null=False)
    extended_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    extended_at = Timestamptz(default=None, null=False)


class ReplyRow(Table, tablename="reply"):
    """A reply from its draft to its delivery; one that is given back is kept.

    ``answers`` holds the answer to each further question by its place. ``way`` is ``sent``
    or ``told``.
    """

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    result = Varchar(length=10, default=None, null=False)
    text = Text(default=None, null=False)
    answers = JSONB(default="{}")
    author = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    drafted_at = Timestamptz(default=None, null=False)
    checked_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    checked_at = Timestamptz(default=None, null=True)
    signed_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    signed_at = Timestamptz(default=None, null=True)
    outgoing_number = Varchar(length=60, default="")
    way = Varchar(length=4, default="")
    delivered_at = Timestamptz(default=None, null=True)
    withdrawn_at = Timestamptz(default=None, null=True)


class AppealExitRow(Table, tablename="appeal_exit"):
    """Why an appeal was returned, forwarded or stopped instead of answered."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, unique=True, null=False, on_delete=OnDelete.restrict)
    state = Varchar(length=16, default=None, null=False)
    ground = Varchar(length=20, default="")
    body = ForeignKey(OutsideBodyRow, null=True, on_delete=OnDelete.restrict)
    explanation = Text(default=None, null=False)
    decided_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    decided_at = Timestamptz(default=None, null=False)


class AppealLinkRow(Table, tablename="appeal_link"):
    """What a person has found of an appeal and an earlier one: it repeats it, or does not.

    Nobody of the staff has confirmed what its author made: an appeal against the answer.
    ``sign_before`` is what the card said before the link has put its own sign on it; a link
    that was undone is kept, with the reason.
    """

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict)
    earlier = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=10, default=None, null=False)
    confirmed_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    confirmed_at = Timestamptz(default=None, null=False)
    sign_before = Varchar(length=10, default=None, null=True)
    undone_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    undone_at = Timestamptz(default=None, null=True)
    undone_for = Varchar(length=500, default="")

    one_link_per_pair = Unique([appeal, earlier])


class AppealRatingRow(Table, tablename="appeal_rating"):
    """What its author thinks of the answer to an appeal."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, unique=True, on_delete=OnDelete.restrict)
    score = SmallInt(default=None, null=False)
    words = Text(default="", null=False)
    rated_at = Timestamptz(default=None, null=False)

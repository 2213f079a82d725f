"""Questions that are not in the register yet, and what the official notes of talks."""

from piccolo.columns import BigSerial, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.appeals import AppealRow
from hotline_sessions.store.tables.calls import CallRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.recordings import RecordingRow
from hotline_sessions.store.tables.sessions import SessionRow


class QuestionRow(Table, tablename="question"):
    """A citizen's question until it is registered as an appeal or closed for a reason.

    Every talk and every recorded question makes one, in the same transaction: so none is
    lost when nobody writes it down at once. ``machine_words`` is what a machine has heard.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict, index=True)
    call = ForeignKey(CallRow, null=False, on_delete=OnDelete.restrict, index=True)
    recording = ForeignKey(RecordingRow, null=True, on_delete=OnDelete.restrict)
    origin = Varchar(length=10, default=None, null=False)
    machine_words = Text(default="")
    state = Varchar(length=12, default="open")
    reason = Varchar(length=20, default="")
    appeal = ForeignKey(AppealRow, null=True, on_delete=OnDelete.restrict)
    asked_at = Timestamptz(default=None, null=False)
    closed_at = Timestamptz(default=None, null=True)
    closed_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)


class TalkNoteRow(Table, tablename="talk_note"):
    """What the official has noted of one talk, for the official alone, and how it ended."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict, index=True)
    call = ForeignKey(CallRow, unique=True, null=False, on_delete=OnDelete.restrict)
    words = Text(default="")
    outcome = Varchar(length=20, default="")
    noted_at = Timestamptz(default=None, null=False)

"""Recordings of citizens' legs, who has played them, and what a machine has heard."""

from piccolo.columns import BigSerial, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.calls import CallRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow


class RecordingRow(Table, tablename="recording"):
    """A recording of one citizen: a talk after consent, or a question left on the line.

    It is copied to storage of our own and deleted at the provider; ``storage_key`` names
    the copy. ``expires_at`` is when the copy is erased too; the row stays as the trace.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict, index=True)
    call = ForeignKey(CallRow, null=False, on_delete=OnDelete.restrict, index=True)
    sid = Varchar(length=34, unique=True, default=None, null=False)
    kind = Varchar(length=10, default=None, null=False)
    state = Varchar(length=12, default="recording")
    channels = Integer(default=1)
    seconds = Integer(default=0)
    size = Integer(default=0)
    storage_key = Varchar(length=200, default="")
    attempts = Integer(default=0)
    due_at = Timestamptz(default=None, null=False)
    lease_until = Timestamptz(default=None, null=True)
    last_error = Varchar(length=60, default="")
    started_at = Timestamptz(default=None, null=False)
    copied_at = Timestamptz(default=None, null=True)
    removed_at = Timestamptz(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    erased_at = Timestamptz(default=None, null=True)


class RecordingPlayRow(Table, tablename="recording_play"):
    """Somebody has listened to a recording; written before the first sound is given out."""

    id = BigSerial(primary_key=True)
    recording = ForeignKey(RecordingRow, null=False, on_delete=OnDelete.restrict, index=True)
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    reason = Varchar(length=200, default="")
    played_at = Timestamptz(default=None, null=False)


class TranscriptRow(Table, tablename="transcript"):
    """A sentence that a machine has heard in a talk; never proof of what was said."""

    id = BigSerial(primary_key=True)
    call = ForeignKey(CallRow, null=False, on_delete=OnDelete.restrict, index=True)
    transcription = Varchar(length=40, default=None, null=False)
    sequence = Integer(default=None, null=False)
    speaker = Varchar(length=10, default=None, null=False)
    words = Text(default=None, null=False)
    is_final = Boolean(default=True)
    heard_at = Timestamptz(default=None, null=False)

    one_sentence_per_number = Unique([transcription, sequence])

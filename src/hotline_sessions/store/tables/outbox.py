"""Outbox: what has to be said to the outside world after a commit."""

from piccolo.columns import JSONB, BigSerial, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.calls import CallRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow


class CommandRow(Table, tablename="phone_command"):
    """A command to the phone network: ring, move, hang up.

    ``key`` names the purpose, so that the same command cannot be noted twice. A command
    that creates a call is never sent again blindly: it becomes ``unknown`` when its
    answer is lost.
    """

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(SessionRow, null=False, on_delete=OnDelete.restrict)
    call = ForeignKey(CallRow, null=True, on_delete=OnDelete.set_null)
    kind = Varchar(length=20, default=None, null=False)
    args = JSONB(default="{}")
    key = Varchar(length=160, unique=True, default=None, null=False)
    state = Varchar(length=12, default="ready")
    attempts = Integer(default=0)
    due_at = Timestamptz(default=None, null=False)
    lease_until = Timestamptz(default=None, null=True)
    last_error = Varchar(length=200, default="")
    noted_at = Timestamptz(default=None, null=False)
    done_at = Timestamptz(default=None, null=True)


class MessageRow(Table, tablename="message"):
    """A text message to a citizen; ``key`` names purpose and version: each is sent once."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=True, on_delete=OnDelete.restrict)
    purpose = Varchar(length=40, default=None, null=False)
    key = Varchar(length=160, unique=True, default=None, null=False)
    recipient = Varchar(length=20, default=None, null=False)
    body = Text(default=None, null=False)
    state = Varchar(length=12, default="ready")
    attempts = Integer(default=0)
    due_at = Timestamptz(default=None, null=False)
    lease_until = Timestamptz(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    sid = Varchar(length=34, default=None, null=True, index=True)
    delivery = Varchar(length=20, default="")
    last_error = Varchar(length=200, default="")
    noted_at = Timestamptz(default=None, null=False)
    done_at = Timestamptz(default=None, null=True)

"""Outbox: what has to be said to the outside world after a commit."""

from piccolo.columns import JSONB, BigSerial, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.bookings import BookingRow
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
    """A message to a citizen; ``key`` names purpose and version: each is sent once.

    One about a ``booking`` may have no ``body`` yet: it is written when it is sent, from the
    booking as it then is and from ``facts`` that stand nowhere else. ``booking_version`` is
    that of which it tells; a reminder of an earlier one is not sent.
    """

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=True, on_delete=OnDelete.restrict)
    booking = ForeignKey(BookingRow, null=True, on_delete=OnDelete.restrict, index=True)
    booking_version = Integer(default=None, null=True)
    channel = Varchar(length=8, default="sms")
    purpose = Varchar(length=40, default=None, null=False)
    key = Varchar(length=160, unique=True, default=None, null=False)
    recipient = Varchar(length=254, default=None, null=False)
    locale = Varchar(length=2, default="uk")
    subject = Varchar(length=200, default="")
    body = Text(default="")
    facts = JSONB(default="{}")
    state = Varchar(length=12, default="ready")
    attempts = Integer(default=0)
    due_at = Timestamptz(default=TimestamptzNow(), null=False)
    lease_until = Timestamptz(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    sid = Varchar(length=100, default=None, null=True, index=True)
    delivery = Varchar(length=20, default="")
    last_error = Varchar(length=200, default="")
    noted_at = Timestamptz(default=TimestamptzNow(), null=False)
    done_at = Timestamptz(default=None, null=True)


class MessageTemplateRow(Table, tablename="message_template"):
    """The words in which an institution writes for one purpose in one language."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    purpose = Varchar(length=40, default=None, null=False)
    language = Varchar(length=2, default=None, null=False)
    text = Text(default=None, null=False)
    edited_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    edited_at = Timestamptz(default=None, null=False)

    one_text_per_purpose_and_language = Unique([institution, purpose, language])

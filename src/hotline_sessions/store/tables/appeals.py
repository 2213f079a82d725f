"""Appeals and their answers."""

from piccolo.columns import (
    JSONB,
    Array,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.bookings import BookingRow
from hotline_sessions.store.tables.calls import CallRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.sessions import SessionRow


class AppealRow(Table, tablename="appeal"):
    """An appeal in the register.

    The deadline is stored with its rule, the versions of rule and calendar, and its
    inputs, so that the date can be explained years later. ``form_key`` is the key of the
    form it came from: the same form sent twice makes one appeal. ``booking`` is the booking
    from whose page it was filed: each makes one appeal at most.
    ``first_received_on`` is the day on which the body that has forwarded it got it.
    ``has_priority``: its author has benefits set by law and comes first. ``talk`` is common to
    appeals of one call outside the sessions. What was not said of the classifier is empty.
    ``duplicate`` counts those that have come under the number of an earlier appeal, from 1 on;
    the earlier one itself has 0.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    session = ForeignKey(SessionRow, null=True, on_delete=OnDelete.restrict, index=True)
    call = ForeignKey(CallRow, null=True, on_delete=OnDelete.restrict, index=True)
    booking = ForeignKey(BookingRow, unique=True, null=True, on_delete=OnDelete.restrict)
    series = Varchar(length=20, default="")
    year = Integer(default=None, null=False)
    number = Integer(default=None, null=False)
    duplicate = Integer(default=0)
    register_index = Varchar(length=40, default=None, null=False, index=True)
    surname = Varchar(length=100, default=None, null=False)
    given_name = Varchar(length=100, default=None, null=False)
    patronymic = Varchar(length=100, default="")
    residence = Varchar(length=300, default=None, null=False)
    phone = Varchar(length=20, default="")
    email = Varchar(length=200, default="")
    form_of_receipt = Varchar(length=10, default=None, null=False)
    kind = Varchar(length=10, default=None, null=False)
    topic = Varchar(length=300, default="")
    question = Text(default=None, null=False)
    wants_written_reply = Boolean(default=True)
    asks_secrecy = Boolean(default=False)
    received_at = Timestamptz(default=None, null=False)
    received_on = Date(default=None, null=False)
    first_received_on = Date(default=None, null=True)
    has_priority = Boolean(default=False)
    sign = Varchar(length=10, default="")
    subject = Varchar(length=10, default="")
    people = Integer(default=0)
    medium = Varchar(length=10, default="")
    sex = Varchar(length=10, default="")
    social_status = Varchar(length=10, default="")
    categories = Array(base_column=Varchar(), default=list)
    more_topics = Array(base_column=Varchar(), default=list)
    procedure = Varchar(length=16, default="")
    talk = Varchar(length=32, default="")
    registered_on = Date(default=None, null=False)
    term = Varchar(length=20, default=None, null=False)
    deadline = JSONB(default=None, null=False)
    legal_on = Date(default=None, null=False, index=True)
    internal_on = Date(default=None, null=False)
    state = Varchar(length=16, default="registered")
    code_mac = Varchar(length=64, default=None, null=False)
    form_key = Varchar(length=64, unique=True, default=None, null=False)
    registered_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    registered_at = Timestamptz(default=None, null=False)

    one_appeal_per_index = Unique([institution, series, year, number, duplicate])


class AnswerRow(Table, tablename="answer"):
    """An answer to an appeal, as it was given."""

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, unique=True, null=False, on_delete=OnDelete.restrict)
    result = Varchar(length=10, default=None, null=False)
    text = Text(default=None, null=False)
    answered_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    answered_at = Timestamptz(default=None, null=False)


class CorrectionRow(Table, tablename="correction"):
    """What a card said, and what it says since somebody has corrected it; never changed.

    ``field`` is a column of the card; those of one ``deed`` were corrected together.
    """

    id = BigSerial(primary_key=True)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    deed = Varchar(length=32, default=None, null=False)
    field = Varchar(length=30, default=None, null=False)
    before = Text(default=None, null=False)
    after = Text(default=None, null=False)
    reason = Varchar(length=500, default=None, null=False)
    corrected_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    corrected_at = Timestamptz(default=None, null=False)


class ConsultationRow(Table, tablename="consultation"):
    """What was explained to a caller who did not say who they are: no appeal, no author."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    call = ForeignKey(CallRow, null=True, on_delete=OnDelete.restrict)
    topic = Varchar(length=10, default="")
    question = Text(default=None, null=False)
    asked_at = Timestamptz(default=None, null=False)
    form_key = Varchar(length=64, unique=True, default=None, null=False)
    noted_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    noted_at = Timestamptz(default=None, null=False)

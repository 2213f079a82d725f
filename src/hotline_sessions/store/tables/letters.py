"""Letters, what stands on them, and papers that lie with an appeal."""

from piccolo.columns import BigInt, BigSerial, Bytea, Date, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.appeals import AppealRow
from hotline_sessions.store.tables.institutions import InstitutionRow


class LetterheadRow(Table, tablename="letterhead"):
    """What an institution has chosen to stand at the head of its letters; ``logo`` is a PNG."""

    institution = ForeignKey(
        InstitutionRow, primary_key=True, null=False, on_delete=OnDelete.restrict
    )
    name = Varchar(length=300, default=None, null=False)
    above = Varchar(length=300, default="")
    address = Varchar(length=300, default="")
    edrpou = Varchar(length=8, default="")
    phone = Varchar(length=200, default="")
    email = Varchar(length=200, default="")
    website = Varchar(length=200, default="")
    logo = Bytea(default=b"")
    edited_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    edited_at = Timestamptz(default=None, null=False)


class HandRow(Table, tablename="hand"):
    """How letters name a member of staff: the post, and the telephone of the office."""

    account = ForeignKey(AccountRow, primary_key=True, null=False, on_delete=OnDelete.restrict)
    post = Varchar(length=200, default="")
    phone = Varchar(length=60, default="")


class LetterRow(Table, tablename="letter"):
    """A letter as it was signed, or issued under its number; it never changes.

    ``source`` is the row of the table that ``kind`` stands for: a reply, an extension and so
    on. The files lie in the storage; SHA-256 says whether they are still those.
    """

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=10, default=None, null=False)
    source = BigInt(default=None, null=False)
    stage = Varchar(length=6, default=None, null=False)
    number = Varchar(length=60, default="")
    dated_on = Date(default=None, null=False)
    pdf_key = Varchar(length=100, default=None, null=False)
    pdf_sha256 = Varchar(length=64, default=None, null=False)
    pdf_size = BigInt(default=None, null=False)
    docx_key = Varchar(length=100, default=None, null=False)
    docx_sha256 = Varchar(length=64, default=None, null=False)
    docx_size = BigInt(default=None, null=False)
    made_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    made_at = Timestamptz(default=None, null=False)

    one_letter_per_stage = Unique([kind, source, stage])


class ReadyTextRow(Table, tablename="ready_text"):
    """A text with places to fill, from which a resolution or a reply is begun."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, default=None, null=False)
    title = Varchar(length=100, default=None, null=False)
    text = Text(default=None, null=False)
    edited_by = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict)
    edited_at = Timestamptz(default=None, null=False)

    one_ready_text_per_title = Unique([institution, kind, title])


class AttachmentRow(Table, tablename="attachment"):
    """A paper that lies with an appeal: the citizen's, or one that goes with the reply.

    ``kind`` is the ending that belongs to its content. What is removed is marked and kept.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict, index=True)
    origin = Varchar(length=10, default=None, null=False)
    name = Varchar(length=150, default=None, null=False)
    kind = Varchar(length=5, default=None, null=False)
    key = Varchar(length=100, default=None, null=False)
    sha256 = Varchar(length=64, default=None, null=False)
    size = BigInt(default=None, null=False)
    attached_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    attached_at = Timestamptz(default=None, null=False)
    removed_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    removed_at = Timestamptz(default=None, null=True)

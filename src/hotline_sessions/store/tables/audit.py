"""Who did what."""

from piccolo.columns import JSONB, BigInt, BigSerial, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.institutions import InstitutionRow


class AuditRow(Table, tablename="audit"):
    """One deed; written once. ``detail`` holds identifiers and states, never words of a citizen."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=True, on_delete=OnDelete.restrict, index=True)
    account = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    action = Varchar(length=60, default=None, null=False)
    subject = Varchar(length=30, default=None, null=False)
    subject_id = BigInt(default=None, null=True)
    detail = JSONB(default="{}")
    done_at = Timestamptz(default=None, null=False)

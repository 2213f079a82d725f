"""Document systems: keys by which they ask, addresses at which they are told."""

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.appeals import AppealRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.units import OutsideBodyRow


class ApiKeyRow(Table, tablename="api_key"):
    """A key of a document system; ``mac`` stands for its secret part, which nobody can read.

    ``source`` is the body whose appeals the system sends.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=100, default=None, null=False)
    source = ForeignKey(OutsideBodyRow, null=True, on_delete=OnDelete.restrict)
    scopes = Array(base_column=Varchar(length=20), default=[])
    mac = Varchar(length=64, default=None, null=False)
    made_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz(default=None, null=False)
    used_on = Date(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)


class HookRow(Table, tablename="hook"):
    """An address that is told of steps; ``place`` is how far in the chain it has been told."""

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    url = Varchar(length=2000, default=None, null=False)
    events = Array(base_column=Varchar(length=30), default=[])
    place = BigInt(default=0)
    made_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz(default=None, null=False)
    stopped_at = Timestamptz(default=None, null=True)
    stopped_for = Varchar(length=20, default="")


class HookDeliveryRow(Table, tablename="hook_delivery"):
    """One step told to one address, until it is taken or given up."""

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    hook = ForeignKey(HookRow, null=False, on_delete=OnDelete.restrict)
    place = BigInt(default=None, null=False)
    appeal = ForeignKey(AppealRow, null=False, on_delete=OnDelete.restrict)
    event = Varchar(length=30, default=None, null=False)
    done_at = Timestamptz(default=None, null=False)
    state = Varchar(length=8, default="ready")
    attempts = Integer(default=0)
    due_at = Timestamptz(default=None, null=False)
    lease_until = Timestamptz(default=None, null=True)
    status = Integer(default=None, null=True)
    error = Varchar(length=60, default="")
    ended_at = Timestamptz(default=None, null=True)

    one_delivery_per_step = Unique([hook, place])


class OpenStatusRow(Table, tablename="open_status"):
    """Whether an institution has decided to publish how its appeals stand."""

    institution = ForeignKey(
        InstitutionRow, primary_key=True, null=False, on_delete=OnDelete.restrict
    )
    is_open = Boolean(default=False)
    decided_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    decided_at = Timestamptz(default=None, null=False)

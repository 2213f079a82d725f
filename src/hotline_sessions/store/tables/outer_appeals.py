"""Appeals that other bodies have sent, and the files in which they came."""

from piccolo.columns import (
    BigSerial,
    Boolean,
    Bytea,
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


class AppealImportRow(Table, tablename="appeal_import"):
    """A file of another body's appeals, between its preview and the next day.

    ``content`` holds what citizens wrote: it is erased when the file has served.
    """

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    source = ForeignKey(OutsideBodyRow, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=100, default=None, null=False)
    content = Bytea(default=None, null=True)
    received_on = Date(default=None, null=False)
    channel = Varchar(length=40, default="")
    tells_authors = Boolean(default=False)
    staged_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    staged_at = Timestamptz(default=None, null=False)
    taken_at = Timestamptz(default=None, null=True)
    made = Integer(default=0)
    present = Integer(default=0)
    refused = Integer(default=0)


class OuterAppealRow(Table, tablename="outer_appeal"):
    """The number that another body gave to an appeal; each is taken once.

    ``key`` is ``number`` as ``domain.outer_cells.build_key`` folds it.
    """

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    source = ForeignKey(OutsideBodyRow, null=False, on_delete=OnDelete.restrict)
    number = Varchar(length=100, default=None, null=False)
    key = Varchar(length=200, default=None, null=False)
    appeal = ForeignKey(AppealRow, unique=True, null=False, on_delete=OnDelete.restrict)

    one_appeal_per_outer_number = Unique([institution, source, key])

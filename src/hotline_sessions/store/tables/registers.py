"""Counters of the register of appeals."""

from piccolo.columns import BigSerial, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.appeals import AppealRow
from hotline_sessions.store.tables.institutions import InstitutionRow


class RegisterRow(Table, tablename="register"):
    """Last number given in one register; a row and not a sequence, since a sequence leaves gaps."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    series = Varchar(length=20, default="")
    year = Integer(default=None, null=False)
    last_number = Integer(default=0)

    one_counter_per_institution_series_and_year = Unique([institution, series, year])


class NumberBlockRow(Table, tablename="number_block"):
    """Numbers of a register set aside for cards on paper."""

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    series = Varchar(length=20, default="")
    year = Integer(default=None, null=False)
    first = Integer(default=None, null=False)
    last = Integer(default=None, null=False)
    reason = Varchar(length=300, default=None, null=False)
    made_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz(default=None, null=False)
    closed_at = Timestamptz(default=None, null=True)


class ReservedNumberRow(Table, tablename="reserved_number"):
    """One such number: of an appeal, cancelled for a reason, or neither yet."""

    id = BigSerial(primary_key=True)
    block = ForeignKey(NumberBlockRow, null=False, on_delete=OnDelete.restrict, index=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    series = Varchar(length=20, default="")
    year = Integer(default=None, null=False)
    number = Integer(default=None, null=False)
    appeal = ForeignKey(AppealRow, unique=True, null=True, on_delete=OnDelete.restrict)
    cancelled_for = Varchar(length=300, default="")
    cancelled_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    cancelled_at = Timestamptz(default=None, null=True)

    one_reservation_per_number = Unique([institution, series, year, number])


class IndexTemplateRow(Table, tablename="index_template"):
    """How an institution writes its indexes; rows are added, the last one holds."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    template = Varchar(length=60, default=None, null=False)
    made_by = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz(default=None, null=False)

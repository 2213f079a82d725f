"""Who works on appeals: units of an institution and bodies outside it."""

from piccolo.columns import BigSerial, Boolean, ForeignKey, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.accounts import AccountRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.officials import OfficialRow


class UnitRow(Table, tablename="unit"):
    """A structural unit; ``head`` works with the register, ``head_official`` answers on air."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=300, default=None, null=False)
    head = ForeignKey(AccountRow, null=True, on_delete=OnDelete.restrict)
    head_official = ForeignKey(OfficialRow, null=True, on_delete=OnDelete.restrict)
    is_active = Boolean(default=True)

    one_unit_per_name = Unique([institution, name])


class UnitMemberRow(Table, tablename="unit_member"):
    """Somebody who works in a unit; they see what the unit has to do."""

    id = BigSerial(primary_key=True)
    unit = ForeignKey(UnitRow, null=False, on_delete=OnDelete.cascade)
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict, index=True)

    one_membership = Unique([unit, account])


class OutsideBodyRow(Table, tablename="outside_body"):
    """A body outside the institution, to which appeals are given or forwarded."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=300, default=None, null=False)
    address = Varchar(length=300, default="")
    is_active = Boolean(default=True)

    one_body_per_name = Unique([institution, name])

"""Counters of the register of appeals."""

from piccolo.columns import BigSerial, ForeignKey, Integer, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from hotline_sessions.store.tables.institutions import InstitutionRow


class RegisterRow(Table, tablename="register"):
    """Last number given in one register; a row and not a sequence, since a sequence leaves gaps."""

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict)
    series = Varchar(length=20, default="")
    year = Integer(default=None, null=False)
    last_number = Integer(default=0)

    one_counter_per_institution_series_and_year = Unique([institution, series, year])

"""Institutions that hold sessions."""

from piccolo.columns import JSONB, BigSerial, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


class InstitutionRow(Table, tablename="institution"):
    """A body of power with its own staff, lines and sessions; nothing is shared between two.

    ``call_policy`` holds what the institution has chosen of ``domain.policies.CallPolicy``,
    ``booking_policy`` that of ``domain.booking_policies.BookingPolicy``.
    """

    id = BigSerial(primary_key=True)
    slug = Varchar(length=60, unique=True, default=None, null=False)
    name_uk = Varchar(length=300, default=None, null=False)
    name_en = Varchar(length=300, default="")
    kind = Varchar(length=100, default="")
    region = Varchar(length=100, default="")
    time_zone = Varchar(length=40, default="Europe/Kyiv")
    address = Varchar(length=300, default="")
    email = Varchar(length=200, default="")
    contact_phone = Varchar(length=20, default="")
    walk_in_percent = Integer(default=30)
    lobby_minutes = Integer(default=5)
    booking_cutoff_minutes = Integer(default=30)
    call_policy = JSONB(default="{}")
    booking_policy = JSONB(default="{}")
    created_at = Timestamptz(default=TimestamptzNow())

    walk_in_share_is_a_percentage = Check(
        (walk_in_percent >= 0) & (walk_in_percent <= 100)  # noqa: PLR2004 - of a hundred
    )

"""Persons, posts, and who holds which post when."""

from piccolo.columns import BigSerial, Date, ForeignKey, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from hotline_sessions.store.tables.institutions import InstitutionRow


class OfficialRow(Table, tablename="official"):
    """A person who answers citizens; ``ring_number`` is where a session rings this person."""

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    full_name = Varchar(length=200, default=None, null=False)
    ring_number = Varchar(length=20, default=None, null=True)
    valid_from = Date(default=None, null=False)
    valid_to = Date(default=None, null=True)

    leaves_after_coming = Check((valid_to > valid_from) | valid_to.is_null())


class PostRow(Table, tablename="post"):
    """A position: title, what it answers for, and the council body or district, if any."""

    id = BigSerial(primary_key=True)
    public_id = Varchar(length=12, unique=True, default=None, null=False)
    institution = ForeignKey(InstitutionRow, null=False, on_delete=OnDelete.restrict, index=True)
    title_uk = Varchar(length=300, default=None, null=False)
    title_en = Varchar(length=300, default="")
    portfolio = Varchar(length=500, default="")
    body = Varchar(length=300, default="")
    district = Varchar(length=200, default="")
    valid_from = Date(default=None, null=False)
    valid_to = Date(default=None, null=True)

    ends_after_it_begins = Check((valid_to > valid_from) | valid_to.is_null())
    one_post_per_title_and_day_it_begins = Unique([institution, title_uk, valid_from])


class AppointmentRow(Table, tablename="appointment"):
    """A person in a post for a span of days."""

    id = BigSerial(primary_key=True)
    official = ForeignKey(OfficialRow, null=False, on_delete=OnDelete.cascade, index=True)
    post = ForeignKey(PostRow, null=False, on_delete=OnDelete.cascade, index=True)
    valid_from = Date(default=None, null=False)
    valid_to = Date(default=None, null=True)

    ends_after_it_begins = Check((valid_to > valid_from) | valid_to.is_null())

"""Staff accounts and their signing in."""

from piccolo.columns import Array, BigSerial, Boolean, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from hotline_sessions.store.tables.institutions import InstitutionRow


class AccountRow(Table, tablename="account"):
    """A member of staff; an administrator of the whole installation has no institution.

    ``email`` is where reminders of work go; nobody signs in with it.
    """

    id = BigSerial(primary_key=True)
    institution = ForeignKey(InstitutionRow, null=True, on_delete=OnDelete.restrict, index=True)
    login = Varchar(length=120, unique=True, default=None, null=False)
    full_name = Varchar(length=200, default=None, null=False)
    password_hash = Varchar(length=200, default=None, null=False)
    roles = Array(base_column=Varchar(length=20), default=[])
    ring_number = Varchar(length=20, default=None, null=True)
    email = Varchar(length=200, default="")
    is_active = Boolean(default=True)
    created_at = Timestamptz(default=TimestamptzNow())


class SignInRow(Table, tablename="sign_in"):
    """A browser in which an account is signed in; only the hash of its token is kept."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.cascade, index=True)
    token_mac = Varchar(length=64, unique=True, default=None, null=False)
    signed_in_at = Timestamptz(default=None, null=False)
    seen_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)


class SignInFailureRow(Table, tablename="sign_in_failure"):
    """A refused attempt; the login is kept as a keyed hash, for it may be a mistyped password."""

    id = BigSerial(primary_key=True)
    login_mac = Varchar(length=64, default=None, null=False, index=True)
    failed_at = Timestamptz(default=None, null=False)

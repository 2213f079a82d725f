"""One-time codes and what they proved."""

from piccolo.columns import BigSerial, Integer, Timestamptz, Varchar
from piccolo.table import Table


class CodeRow(Table, tablename="one_time_code"):
    """A code sent to a phone; only its keyed hash is kept."""

    id = BigSerial(primary_key=True)
    phone = Varchar(length=20, default=None, null=False, index=True)
    caller_name = Varchar(length=120, default=None, null=False)
    mac = Varchar(length=64, default=None, null=False)
    token_mac = Varchar(length=64, unique=True, default=None, null=False)
    issued_at = Timestamptz(default=None, null=False, index=True)
    expires_at = Timestamptz(default=None, null=False)
    attempts = Integer(default=0)
    used_at = Timestamptz(default=None, null=True)


class ProofRow(Table, tablename="phone_proof"):
    """A device whose holder has shown that this phone is theirs, for a day."""

    id = BigSerial(primary_key=True)
    token_mac = Varchar(length=64, unique=True, default=None, null=False)
    phone = Varchar(length=20, default=None, null=False)
    caller_name = Varchar(length=120, default=None, null=False)
    proven_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)


class CodeStopRow(Table, tablename="code_stop"):
    """Alarm: no codes are sent to numbers that begin with ``prefix``; to nobody if it is empty."""

    id = BigSerial(primary_key=True)
    prefix = Varchar(length=20, unique=True, default=None, null=False)
    since = Timestamptz(default=None, null=False)
    last_at = Timestamptz(default=None, null=False, index=True)
    refused = Integer(default=1)


class SpentWaitRow(Table, tablename="spent_wait"):
    """A wait before a code was asked for, that has served: none serves twice."""

    id = BigSerial(primary_key=True)
    token_mac = Varchar(length=64, unique=True, default=None, null=False)
    spent_at = Timestamptz(default=None, null=False, index=True)

"""Draws: slots given by lot."""

from piccolo.columns import BigSerial, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from hotline_sessions.store.tables.sessions import SessionRow


class DrawRow(Table, tablename="draw"):
    """The draw of a session; there is one at most.

    ``commitment`` is public from the first, ``nonce`` from the draw on. ``salt`` makes the
    pseudonyms of the entries and is never published. ``file`` is what was published, to the
    last character.
    """

    id = BigSerial(primary_key=True)
    session = ForeignKey(SessionRow, null=False, unique=True, on_delete=OnDelete.restrict)
    commitment = Varchar(length=64, default=None, null=False)
    nonce = Varchar(length=64, default=None, null=False)
    salt = Varchar(length=64, default=None, null=False)
    state = Varchar(length=8, default="open")
    committed_at = Timestamptz(default=None, null=False)
    drawn_at = Timestamptz(default=None, null=True)
    file = Text(default="")

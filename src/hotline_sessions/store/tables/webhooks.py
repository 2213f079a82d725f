"""Inbox of webhooks."""

from piccolo.columns import JSONB, BigSerial, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class DeliveryRow(Table, tablename="webhook_delivery"):
    """A webhook, once, with the answer it got: a repeated one gets the same answer."""

    id = BigSerial(primary_key=True)
    source = Varchar(length=20, default=None, null=False)
    key = Varchar(length=160, default=None, null=False)
    path = Varchar(length=160, default=None, null=False)
    body = JSONB(default="{}")
    reply = Text(default=None, null=True)
    received_at = Timestamptz(default=None, null=False)

    one_delivery_per_key = Unique([source, key])

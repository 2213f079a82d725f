"""The only way to the fields of a webhook: through the proof that Twilio has sent it."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import structlog
from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, PermissionDeniedException
from msgspec import Struct

from hotline_sessions.gateways.twilio.payloads import (
    BadForm,
    RoomForm,
    TextForm,
    VoiceForm,
    parse_fields,
    read_form,
)
from hotline_sessions.gateways.twilio.signature import is_genuine
from hotline_sessions.web.webhooks.setup import TwilioSetup


log = structlog.get_logger()

AnyRequest = Request[Any, Any, State]
FORM_TYPE: Final = "application/x-www-form-urlencoded"
FormKind = TypeVar("FormKind", VoiceForm, RoomForm, TextForm)


class Genuine(Struct, frozen=True, kw_only=True):
    """A webhook that Twilio has signed for our account; ``query`` is part of our own address."""

    path: str
    query: Mapping[str, str]
    fields: tuple[tuple[str, str], ...]

    def read(self, kind: type[FormKind]) -> FormKind:
        """The fields that we use.

        Raises:
            ClientException: They are not those that Twilio sends.
        """
        try:
            return read_form(self.fields, kind)
        except BadForm:
            raise ClientException("bad-form") from None

    @property
    def body(self) -> dict[str, str]:
        """Everything that was sent."""
        return dict(self.fields)


async def genuine_form(request: AnyRequest, setup: NamedDependency[TwilioSetup]) -> Genuine:
    """The webhook, if Twilio has signed it and it is of our account.

    Raises:
        ClientException: It is no form.
        PermissionDeniedException: It is not signed with our secret, or of another account.
    """
    query = request.scope["query_string"]
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise ClientException("not-a-form")
    try:
        fields = parse_fields(await request.body())
        path = request.scope["raw_path"].decode("ascii")
        address = setup.public_base_url + path + (f"?{query.decode('ascii')}" if query else "")
    except (BadForm, UnicodeDecodeError):
        raise ClientException("bad-form") from None
    signature = request.headers.get("x-twilio-signature", "")
    if not is_genuine(address, fields, signature=signature, secrets=setup.secrets):
        log.warning("webhook_forged", path=request.scope["path"])
        raise PermissionDeniedException("not-genuine")
    if dict(fields).get("AccountSid") != setup.account_sid:
        log.warning("webhook_of_another_account", path=request.scope["path"])
        raise PermissionDeniedException("not-genuine")
    return Genuine(
        path=request.scope["path"], query=dict(parse_qsl(query.decode())), fields=tuple(fields)
    )

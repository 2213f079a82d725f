"""The only way to the fields of a webhook: through the proof that Twilio has sent it."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import structlog
from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, HTTPException, PermissionDeniedException
from msgspec import Struct

from hotline_sessions.gateways.twilio.payloads import BadForm, parse_fields, read_form
from hotline_sessions.gateways.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER
from hotline_sessions.web.webhooks.setup import TwilioSetup


log = structlog.get_logger()

AnyRequest = Request[Any, Any, State]
FORM_TYPE: Final = "application/x-www-form-urlencoded"
BODY_SECONDS: Final = 5.0
"""Twilio sends a body at once: whoever takes longer only keeps a connection busy."""
TOO_SLOW: Final = 408
FormKind = TypeVar("FormKind", bound=Struct)


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

    The address is that of our configuration with the path and the query as they came,
    byte for byte: what a proxy writes into headers is not asked.

    Raises:
        ClientException: It is no form, or its body does not come.
        PermissionDeniedException: It is not signed with our secret, or of another account.
    """
    path, query = request.scope["raw_path"], request.scope["query_string"]
    headers = request.headers
    if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise ClientException("not-a-form")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            fields = tuple(parse_fields(await request.body()))
        target = (path + b"?" + query if query else path).decode("ascii")
    except (BadForm, UnicodeDecodeError):
        raise ClientException("bad-form") from None
    except TimeoutError:
        raise HTTPException("too-slow", status_code=TOO_SLOW) from None
    is_signed = setup.signatory.has_signed(
        target,
        fields,
        signature=headers.get(SIGNATURE_HEADER, ""),
        settings=headers.get(SETTINGS_HEADER, ""),
    )
    if not is_signed:
        names_key = SETTINGS_HEADER in headers
        log.warning("webhook_forged", path=request.scope["path"], names_key=names_key)
        raise PermissionDeniedException("not-genuine")
    if dict(fields).get("AccountSid") != setup.account_sid:
        log.warning("webhook_of_another_account", path=request.scope["path"])
        raise PermissionDeniedException("not-genuine")
    return Genuine(path=request.scope["path"], query=read_query(query), fields=fields)


def read_query(query: bytes) -> dict[str, str]:
    """Parameters of one of our own addresses, which has been signed as a whole."""
    return dict(parse_qsl(query.decode("ascii"))) if query else {}

"""What a page asks for to become a telephone: who it is, and the token that proves it."""

from datetime import datetime
from typing import Final

from litestar import Response, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_404_NOT_FOUND
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right
from hotline_sessions.domain.softphones import (
    Softphone,
    identity_of_check,
    identity_of_operator,
)
from hotline_sessions.services.plans import get_planned
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, facts_of
from hotline_sessions.web.forms import read_form
from hotline_sessions.web.guards import require, require_staff


SOFTPHONE: Final = {"softphone": True}
"""``opt`` of a page on which the browser may be a telephone: microphone, and where to connect."""

CHECK: Final = "check"
"""``purpose`` of a page that only tries whether sound gets through."""


class NoSoftphone(Struct, frozen=True, kw_only=True):
    """Why there is no telephone."""

    reason: str


@post(
    "/staff/desk/{public_id:str}/softphone",
    include_in_schema=False,
    guards=[require_staff, require(Right.RUN_DESK)],
    status_code=HTTP_200_OK,
)
async def take_operator_phone(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[Softphone | NoSoftphone]:
    """The telephone of an operator, for the time of a session."""
    session = await get_planned(public_id, staff=signed_in)
    identity = identity_of_operator(signed_in.account)
    return await answer_softphone(request, identity, ends_at=session.ends_at, now=now)


def has_softphones(request: PageRequest, now: datetime) -> bool:
    """Whether browsers can talk in this installation."""
    return facts_of(request).softphones.issue("nobody", ends_at=now, now=now) is not None


async def answer_softphone(
    request: PageRequest, identity: str, *, ends_at: datetime, now: datetime
) -> Response[Softphone | NoSoftphone]:
    """A telephone for who has been found to be ``identity``.

    A page that only tries its microphone gets another name: nobody is called by it.
    """
    is_check = (await read_form(request)).get("purpose") == CHECK
    name = identity_of_check(identity) if is_check else identity
    issued = facts_of(request).softphones.issue(name, ends_at=ends_at, now=now)
    if issued is None:
        return Response(NoSoftphone(reason="unsupported"), status_code=HTTP_404_NOT_FOUND)
    return Response(issued, headers={"Cache-Control": "no-store"})


HANDLERS: Final[list[ControllerRouterHandler]] = [take_operator_phone]

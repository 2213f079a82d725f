"""Files for the author of an appeal: the letter with the answer, and what went with it."""

from datetime import datetime
from typing import Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.attachments import name_file
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.file_kinds import MEDIA_TYPES, FileKind
from hotline_sessions.domain.letters import LetterFormat
from hotline_sessions.services.appeals import get_followed
from hotline_sessions.services.own_files import read_own_letter, read_own_paper
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, documents_of
from hotline_sessions.web.file_answers import answer_file
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import read_appeal
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.verification import PERSONAL


@get("/appeals/{token:str}/letter/{form:str}", include_in_schema=False, opt=PERSONAL)
async def give_own_letter(
    request: PageRequest, token: FromPath[str], form: FromPath[str], now: Now, secret: Secret
) -> Response[bytes]:
    """The letter, byte for byte as it was sent."""
    appeal = await _open(request, token, now=now, secret=secret)
    if form not in set(LetterFormat):
        raise NotFound
    content = await read_own_letter(
        appeal, LetterFormat(form), storage=documents_of(request).storage
    )
    kind = FileKind(form)
    # A number may hold a slash, which would end a name.
    number = appeal.register_index.replace("/", "-")
    name = name_file(f"{words_of(request).gettext('Answer')} {number}", kind)
    return answer_file(name, MEDIA_TYPES[kind], content)


@get("/appeals/{token:str}/files/{paper:str}", include_in_schema=False, opt=PERSONAL)
async def give_own_paper(
    request: PageRequest, token: FromPath[str], paper: FromPath[str], now: Now, secret: Secret
) -> Response[bytes]:
    """A file that went with the answer."""
    appeal = await _open(request, token, now=now, secret=secret)
    file = await read_own_paper(appeal, paper, storage=documents_of(request).storage)
    return answer_file(file.name, file.media_type, file.content)


async def _open(request: PageRequest, token: str, *, now: datetime, secret: bytes) -> Appeal:
    name = read_appeal(token, secret=secret, now=now)
    # Of the appeal, not of the client: neighbours in one network do not wait for each other.
    check_rate(request, "appeal-file", now, subject=name)
    return (await get_followed(name)).appeal


HANDLERS: Final[list[ControllerRouterHandler]] = [give_own_letter, give_own_paper]

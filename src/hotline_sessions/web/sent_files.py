"""Files that were sent with a form."""

from msgspec import Struct

from hotline_sessions.web.forms import Form


class SentFile(Struct, frozen=True, kw_only=True):
    """A file as it came; ``content`` is cut off one byte behind what is taken."""

    name: str
    content: bytes


async def read_file(form: Form, field: str, *, most: int) -> SentFile | None:
    """The file of ``field``; None when none was chosen. No more than ``most`` + 1 bytes are read.

    A content longer than ``most`` is one that must be refused.
    """
    file = form.files.get(field)
    if file is None or not file.filename:
        return None
    return SentFile(name=file.filename, content=await file.read(most + 1))


def shorten_name(name: str, *, longest: int, otherwise: str) -> str:
    """Name of a file without folders and invisible signs, by its end; it is never empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-longest:].strip() or otherwise

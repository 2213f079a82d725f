"""An uploaded schedule between preview and import: it stays in the page, signed.

Nothing is kept on the server: the form of the preview carries the file back, and its
signature binds it to the member of staff who was shown it.
"""

import base64
import binascii
import hmac
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.codes import mac
from hotline_sessions.domain.errors import Invalid


MOST_CARRIED: Final = 256 * 1024
"""Bytes of a file that a page can carry; a schedule of a year takes a tenth of it."""
MOST_ROWS: Final = 150
"""Rows that can be chosen from on one page."""
CARRIED_LIMIT: Final = 640 * 1024
"""Bytes of the form that carries such a file; ``request_max_body_size`` of its handler."""
LONGEST_NAME: Final = 100


class UploadChanged(Invalid):
    """The file in the form is not the one that was shown."""

    code = "upload-changed"


class Upload(Struct, frozen=True, kw_only=True):
    """A file and the year that its dates belong to where they show none."""

    name: str
    content: bytes
    year: int | None

    def carry(self) -> str:
        """The content as text of a form."""
        return base64.b64encode(self.content).decode()

    def sign(self, staff: Staff, *, secret: bytes) -> str:
        """What proves that this file was shown to ``staff``."""
        subject = f"{staff.account}:{self.year}:{self.name}"
        return mac(secret, "schedule-upload", subject, self.carry())


class Carried(Struct, frozen=True, kw_only=True):
    """The upload as it comes back in a form, with the chosen lines."""

    name: Annotated[str, Meta(max_length=LONGEST_NAME)]
    content: str
    signature: str
    year: int | None = None
    rows: list[int] = []


def restore_upload(carried: Carried, staff: Staff, *, secret: bytes) -> Upload:
    """The file that was shown to ``staff``.

    Raises:
        UploadChanged: It was changed on the way.
    """
    try:
        content = base64.b64decode(carried.content, validate=True)
    except (binascii.Error, ValueError):
        raise UploadChanged from None
    upload = Upload(name=carried.name, content=content, year=carried.year)
    if not hmac.compare_digest(upload.sign(staff, secret=secret), carried.signature):
        raise UploadChanged
    return upload

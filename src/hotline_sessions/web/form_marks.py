"""The mark of a form: drawn when it is shown, by which its copies are known again."""

import re
from hashlib import sha256
from typing import Final

import msgspec

from hotline_sessions.domain.access import Staff
from hotline_sessions.services.sent_forms import Once, SentForm
from hotline_sessions.web.forms import Form


MARK_FIELD: Final = "form_mark"
_MARK: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


def read_mark(form: Form) -> SentForm | None:
    """The mark of a form and a digest of the rest; None for a form without a good one.

    Whoever fills in a form by a program need not send one, and is not protected.
    """
    mark = form.get(MARK_FIELD)
    if not _MARK.fullmatch(mark):
        return None
    rest = sorted((name, value) for name, value in form.fields.items() if name != MARK_FIELD)
    return SentForm(mark=mark, digest=sha256(msgspec.json.encode(rest)).hexdigest())


def read_once(form: Form, subject: str, *, staff: Staff, secret: bytes) -> Once:
    """By which copies of a form of ``staff`` about ``subject`` are known."""
    return Once(form=read_mark(form), whose=f"{subject}:{staff.account}", secret=secret)

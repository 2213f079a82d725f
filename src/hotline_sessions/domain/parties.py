"""Who calls and who is called, as carriers write it: numbers in any form, addresses, words.

A number of Twilio's own comes as E.164. A carrier that hands calls over by SIP writes the
national form or an address, and one that forwards them often puts its own number in the
place of the caller's.
"""

import re
from typing import Final
from urllib.parse import unquote

from hotline_sessions.domain.phones import BadPhone, PhoneNumber, is_withheld, parse_phone


_SCHEME: Final = re.compile(r"^(sips?|tel):", re.IGNORECASE)


def find_number(party: str) -> PhoneNumber | None:
    """The number in ``party``; None when it is withheld, a browser's, or no number.

    Source: RFC 3261, section 19.1.6; RFC 3966
    """
    if is_withheld(party):
        return None
    user = _SCHEME.sub("", party.strip()).partition("@")[0].partition(";")[0].partition(":")[0]
    try:
        return parse_phone(unquote(user))
    except BadPhone:
        return None


def find_caller(from_: str, *, to: str, forwarded_from: str = "") -> PhoneNumber | None:
    """The caller's number, if it came through.

    A carrier that forwards may show the number it forwards from, or the one it forwards
    to: neither is a person, and nobody may be recognised by it.
    """
    caller = find_number(from_)
    if caller is None or caller in {find_number(to), find_number(forwarded_from)}:
        return None
    return caller


def list_called(to: str, forwarded_from: str = "") -> tuple[str, ...]:
    """Numbers that may be the line which was called, the most particular first.

    Several lines may be forwarded to one number: then that one says nothing. What is no
    number is given as it is: it is no line of ours either.
    """
    forwarded = find_number(forwarded_from)
    called = find_number(to) or to
    return (called,) if forwarded is None else (forwarded, called)

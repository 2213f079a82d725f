"""How a call arrives: what the called party sees of the caller, and what is lost on the way."""

from typing import Final

from msgspec import Struct

from hotline_sessions.phonesim.config import Switches
from hotline_sessions.phonesim.handsets import Handset
from hotline_sessions.phonesim.records import PhoneNumber


COUNTRY_CODE: Final = "+380"


class Arrival(Struct, frozen=True, kw_only=True):
    """``From`` and ``ForwardedFrom`` of a call."""

    from_: str
    forwarded_from: str = ""


def arrive(
    handset: Handset, dialled: str, number: PhoneNumber, switches: Switches, shown_as: str | None
) -> Arrival:
    """What arrives of a call to ``dialled`` at ``number``; ``shown_as`` overrules everything."""
    from_ = handset.shown_number if shown_as is None else shown_as
    if number.carrier == "forwarded" and dialled != number.number:
        if shown_as is None and not switches.forwarding_keeps_caller:
            from_ = dialled
        return Arrival(from_=from_, forwarded_from=dialled)
    if number.carrier == "byoc" and shown_as is None and not handset.withheld:
        from_ = write_caller(from_, switches.byoc_from)
    return Arrival(from_=from_)


def write_caller(number: str, style: str) -> str:
    """A number as a carrier of one's own writes it: ``e164``, ``national`` or ``sip``."""
    national = "0" + number.removeprefix(COUNTRY_CODE)
    if style == "sip":
        return f"sip:{national}@carrier.example;user=phone"
    is_national = style == "national" and number.startswith(COUNTRY_CODE)
    return national if is_national else number

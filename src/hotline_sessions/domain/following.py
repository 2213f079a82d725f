"""What the author of an appeal is told of while it is dealt with, and how."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.messages import Channel


class Matter(StrEnum):
    """Steps of an appeal of which its author may be told, beside the registration."""

    GIVEN = "given"
    """It was passed to whoever deals with it."""
    LAST_DAY = "last-day"
    """Its last day has changed: it was extended, or counted again."""
    LEFT = "left"
    """It was returned, forwarded, or is not considered."""
    ANSWERED = "answered"


class Way(StrEnum):
    """How to tell it."""

    SMS = "sms"
    EMAIL = "email"
    BOTH = "both"
    NONE = "none"


REQUIRED: Final = frozenset({Matter.LAST_DAY, Matter.LEFT})
"""What an author is told whatever they chose: only the way is theirs to choose.

Source: Law 393/96-ВР, art. 20(1) (extension), 5 (return), 7 (forwarding), 8 (not considered).
"""


class MustBeTold(Invalid):
    """Of this the law lets nobody be left untold. Facts: ``matter``. Source: see ``REQUIRED``."""

    code = "must-be-told"


class NoAddress(Invalid):
    """There is no phone, or no e-mail, to tell it to. Facts: ``matter``."""

    code = "no-address-to-tell"


class Following(Struct, frozen=True, kw_only=True):
    """How the author of an appeal follows it.

    ``phone`` and ``email`` were proven by a code and stand in place of those on the card, for
    messages only; ``choices`` holds the ways that were chosen, the others are by default.
    """

    language: str = "uk"
    phone: str = ""
    email: str = ""
    choices: Mapping[Matter, Way] = msgspec.field(default_factory=dict)


class Addresses(Struct, frozen=True, kw_only=True):
    """Where messages about one appeal can go; empty: nowhere."""

    phone: str = ""
    email: str = ""


_CHANNELS: Final[Mapping[Way, frozenset[Channel]]] = MappingProxyType(
    {
        Way.SMS: frozenset({Channel.SMS}),
        Way.EMAIL: frozenset({Channel.EMAIL}),
        Way.BOTH: frozenset(Channel),
        Way.NONE: frozenset(),
    }
)


def choose_default(matter: Matter, addresses: Addresses) -> Way:
    """The way by which ``matter`` is told if nothing was chosen.

    What the law demands goes every way there is, the answer by the way that was given.
    """
    if matter is Matter.GIVEN:
        return Way.NONE
    if matter in REQUIRED and addresses.phone and addresses.email:
        return Way.BOTH
    return Way.SMS if addresses.phone else Way.EMAIL if addresses.email else Way.NONE


def choose_channels(
    matter: Matter, following: Following, addresses: Addresses
) -> frozenset[Channel]:
    """The channels by which ``matter`` is told; none: nothing is sent.

    What must be told takes another way when the chosen one leads nowhere any more.
    """
    open_ones = frozenset(
        channel
        for channel, address in (
            (Channel.SMS, addresses.phone),
            (Channel.EMAIL, addresses.email),
        )
        if address
    )
    way = following.choices.get(matter) or choose_default(matter, addresses)
    chosen = _CHANNELS[way] & open_ones
    return chosen or (open_ones if matter in REQUIRED else frozenset())


def check_choice(matter: Matter, way: Way, addresses: Addresses) -> None:
    """Whether ``matter`` can be told so.

    Raises:
        MustBeTold: It would not be told at all, and the law demands it.
        NoAddress: It would go to an address that is not known.
    """
    if way is Way.NONE:
        # Who can be reached by neither is told by post.
        if matter in REQUIRED and (addresses.phone or addresses.email):
            raise MustBeTold(matter=matter.value)
        return
    channels = _CHANNELS[way]
    if (Channel.SMS in channels and not addresses.phone) or (
        Channel.EMAIL in channels and not addresses.email
    ):
        raise NoAddress(matter=matter.value)

"""Refusals: answers that say no, and what to do instead.

Refusal
├── NotFound            there is no such thing, or not for the one who asks
├── Invalid             what was sent cannot be used
├── Forbidden           the one who asks may not do this
├── Conflict            the state of things does not allow it
│   └── (SlotTaken, AlreadyBooked, ImpossibleEvent … beside their nouns)
├── TooLate             the moment for it has passed
└── TooMany             asked too often; later it may work
"""

from typing import ClassVar


class Refusal(Exception):
    """A request that the rules turn down.

    ``code`` is public and stable: pages and problem documents find their words by it.
    ``facts`` are values for those words; never a name, a number or a question of a person.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class NotFound(Refusal):
    """There is no such thing, or not for the one who asks."""

    code = "not-found"


class Invalid(Refusal):
    """What was sent cannot be used."""

    code = "invalid"


class Forbidden(Refusal):
    """The one who asks may not do this."""

    code = "forbidden"


class Conflict(Refusal):
    """The state of things does not allow it."""

    code = "conflict"


class TooLate(Refusal):
    """The moment for it has passed."""

    code = "too-late"


class TooMany(Refusal):
    """Asked too often; later it may work.

    Facts: ``retry_after``, in whole seconds, when known.
    """

    code = "too-many"

"""What a reader is told when the rules say no: one sentence for every code.

A new refusal gets its line here; ``%(name)s`` takes a fact of the refusal. The sentence
says what happened and what to do instead.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.i18n import N_


REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "refused": N_("This cannot be done."),
        "not-found": N_("There is no such page, or it is not meant for you."),
        "invalid": N_("What was sent cannot be used. Check it and send it again."),
        "forbidden": N_("You may not do this. Open the page again from the site."),
        "conflict": N_("This is no longer possible: things have changed meanwhile."),
        "too-late": N_("The time for this has passed."),
        "too-many": N_("Too many attempts. Wait a little and try again."),
        "bad-phone": N_("Enter a phone number, for example 050 123 45 67"),
        "phone-abroad": N_("Enter a Ukrainian phone number, one that begins with +380"),
    }
)

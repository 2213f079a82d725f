"""The key ``*``, which leads out of a ``<Dial>`` that wants it."""

from hotline_sessions.phonesim.legs import Ears
from hotline_sessions.phonesim.twiml import Verb


async def await_star(ears: Ears, verb: Verb, *, is_heard: bool = True) -> None:
    """Return once ``*`` is pressed and the verb wants that; other keys say nothing here."""
    wanted = is_heard and verb.flag("hangupOnStar", default=False)
    while True:
        item = await ears.get()
        if wanted and item.digit == "*":
            return

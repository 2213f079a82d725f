"""What officials and operators hear on the telephone."""

from collections.abc import Iterator
from typing import Final

from hotline_sessions.domain.phrases import Phrase
from hotline_sessions.domain.prompts import AskOfficial, EnterAir, EnterRoom, Notice, Whisper
from hotline_sessions.domain.speech import LARGEST, say_number
from hotline_sessions.i18n import Words
from hotline_sessions.web.webhooks.voice_texts import filled, fixed


NOTICES: Final = {
    Notice.ENDING_SOON: "notice-ending-soon",
    Notice.TIME_OVER: "notice-time-over",
    Notice.OFFICIAL_BACK: "notice-official-back",
    Notice.NOBODY_WAITS: "notice-nobody-waits",
    Notice.OPERATOR_CALLED: "notice-operator-called",
}


def ask_official(prompt: AskOfficial, words: Words) -> Iterator[Phrase]:
    """Who calls, and the key that a machine does not press."""
    if prompt.host is not None:
        text = words.gettext(
            "Good day! You are awaited on the direct line. %(institution)s.",
            institution=prompt.host.institution,
        )
        yield filled(text, words)
    yield fixed("official-ask", words)


def enter_air(prompt: EnterAir, words: Words) -> Phrase:
    """On the way to the air, for the first time or again."""
    return fixed("official-return" if prompt.is_return else "official-enter", words)


def enter_room(prompt: EnterRoom, words: Words) -> Phrase:
    """Who will hear the operator."""
    if prompt.partner is not None:
        return fixed("operator-screen", words)
    if prompt.coach is not None:
        return fixed("operator-coach", words)
    return fixed("operator-listen" if prompt.is_muted else "operator-air", words)


def whisper(prompt: Whisper, words: Words) -> Iterator[Phrase]:
    """One notice; the briefing names the citizen as far as known."""
    if prompt.notice is not Notice.BRIEFING:
        yield fixed(NOTICES[prompt.notice], words)
        return
    known = ", ".join(part for part in (prompt.name, prompt.community) if part)
    if known:
        yield filled(words.gettext("Next: %(citizen)s.", citizen=known), words)
    else:
        yield fixed("briefing-unknown", words)
    if prompt.topic:
        yield filled(words.gettext("The question: %(topic)s.", topic=prompt.topic), words)
    if prompt.waiting > 0:
        count = say_number(min(prompt.waiting, LARGEST), words.locale)
        yield filled(words.gettext("Waiting besides: %(count)s.", count=count), words)

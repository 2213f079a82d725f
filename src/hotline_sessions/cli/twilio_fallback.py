"""The documents that Twilio plays when we do not answer, in Ukrainian and then in English."""

from pathlib import Path
from typing import Final

from hotline_sessions.domain.phrases import Phrase, Speech
from hotline_sessions.gateways.twilio.fallback import build_fallback
from hotline_sessions.gateways.twilio.twiml import Voices
from hotline_sessions.i18n import LOCALES, N_, load_catalogues


APOLOGY: Final = N_(
    "Sorry, our service does not answer because of a technical fault. After the tone, please say"
    " your name, your telephone number and your question, then press the hash key."
    " It is recorded and will be registered."
)
THANKS: Final = N_("Thank you. Your question is recorded. Goodbye.")
SORRY: Final = N_(
    "Sorry, because of a technical fault the session cannot go on. We will call you again. Goodbye."
)


def write_fallback(folder: Path, url: str) -> list[Path]:
    """Write the documents into ``folder``; they will be found at ``url`` and beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = build_fallback(
        say_in_all(APOLOGY),
        thanks=say_in_all(THANKS),
        sorry=say_in_all(SORRY),
        url=url,
        voices=Voices(),
    )
    written = []
    for name, document in documents.items():
        path = folder / name
        path.write_text(document + "\n", encoding="utf-8")
        written.append(path)
    return written


def say_in_all(text: str) -> Speech:
    """``text`` in every language: nobody knows yet which one the caller speaks."""
    words = load_catalogues()
    return [Phrase(text=words.words(locale).gettext(text), language=locale) for locale in LOCALES]

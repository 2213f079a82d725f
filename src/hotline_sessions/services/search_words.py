"""Words by which an appeal is found: whatever form they were written in, the one of the dictionary.

«Субсидій», «субсидією» and «субсидії» are one word to who searches. PostgreSQL has no
dictionary of Ukrainian, and one that must be installed beside the server is not there where
somebody else runs it; so words are brought to their dictionary form here, both when a card is
written and when it is looked for.
"""

import re
import unicodedata
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

import simplemma

from hotline_sessions.domain.appeal_search import SearchTerm


LONGEST: Final = 60
"""Letters of a word that are kept: the rest of a longer one tells nothing."""
MOST: Final = 3000
"""Different words of one card that are kept."""
LANGUAGES: Final = ("uk",)

_WORD: Final = re.compile(r"[^\W_]+(?:['’ʼ`-][^\W_]+)*")
_APOSTROPHES: Final = str.maketrans({"’": "'", "ʼ": "'", "`": "'"})
_WEAK: Final = frozenset(
    {
        "а", "або", "аби", "але", "б", "би", "бо", "в", "вам", "вас", "від", "він", "вона",
        "вони", "воно", "все", "всі", "де", "для", "до", "ж", "же", "за", "з", "зі", "і", "із",
        "й", "його", "її", "їх", "їм", "коли", "ми", "мене", "мені", "на", "нас", "не", "ні", "о",
        "об", "од", "по", "при", "про", "та", "там", "те", "ти", "то", "тому", "тут", "у", "це",
        "ця", "ці", "цей", "чи", "чому", "що", "щоб", "я", "як", "який", "яка", "які", "як-от",
    }
)  # fmt: skip
"""Words that stand nearly everywhere and find nothing."""


_SHORT: Final = MappingProxyType(
    {
        "буд": "будинок",
        "вул": "вулиця",
        "кв": "квартира",
        "обл": "область",
        "просп": "проспект",
        "пров": "провулок",
        "р-н": "район",
        "смт": "селище",
        "ст": "станція",
    }
)
"""Words of addresses as they are shortened on cards."""


def warm() -> None:
    """Load the dictionary; takes most of a second, so it is done before anybody waits for it."""
    simplemma.lemmatize("слово", lang=LANGUAGES)


def list_words(*texts: str) -> list[str]:
    """Dictionary forms of the words of ``texts``, each once, in their order.

    Words that stand everywhere are left out, and so are single letters. A number is a word.
    A word with a hyphen counts whole and in parts.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFC", text)):
            for part in _split(word.translate(_APOSTROPHES).lower()):
                found.setdefault(part)
    return list(found)[:MOST]


def list_terms(text: str) -> list[SearchTerm]:
    """What to look for; of a word that the dictionary does not know, its beginning will do.

    So «Шевч» finds Shevchenko, and a name of a village need not be written to its end.
    """
    return [
        SearchTerm(word, is_beginning=not simplemma.is_known(word, lang=LANGUAGES))
        for word in list_words(text)
    ]


def _split(word: str) -> Iterable[str]:
    parts = [word, *word.split("-")] if "-" in word else [word]
    for part in parts:
        if (len(part) > 1 or part.isdigit()) and part not in _WEAK:
            whole = _SHORT.get(part, part)
            yield simplemma.lemmatize(whole, lang=LANGUAGES).lower()[:LONGEST]

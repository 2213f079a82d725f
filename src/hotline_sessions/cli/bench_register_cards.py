"""Millions of cards for ``hotline bench register``: made up, mixed as real ones are."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.deadlines import due
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.registers import RegisterIndex, build_index, choose_letter
from hotline_sessions.domain.workdays import build_calendar
from hotline_sessions.services.search_words import list_words
from hotline_sessions.store.appeal_search import own_word


YEARS: Final = 5
"""How far the register goes back."""
CHUNK: Final = 5000
"""Lines that are sent at once."""
OPEN_DAYS: Final = 32
"""Older cards have been answered, except for a few."""
STILL_OPEN: Final = 0.3
"""The share of younger cards that wait for their answer."""
FORGOTTEN: Final = 0.0005
"""The share of older cards that wait although their last day has passed."""
LATE: Final = 0.02
"""The share of answers that came too late."""
SEED: Final = 20261122

SURNAMES: Final = tuple(
    root + ending
    for root in (
        "Бондар", "Василь", "Гнат", "Данил", "Захар", "Іван", "Коваль", "Кравч", "Левч", "Литвин",
        "Мельник", "Мороз", "Олій", "Павл", "Петр", "Пономар", "Роман", "Савч", "Семен", "Сидор",
        "Степан", "Ткач", "Федор", "Хом", "Шевч", "Юрч", "Яким", "Гриц", "Дем", "Клим",
    )
    for ending in ("енко", "чук", "юк", "ук", "ів", "ський", "ко", "ак", "ець", "ишин")
)  # fmt: skip
GIVEN: Final = (
    "Марія", "Олена", "Ганна", "Наталія", "Світлана", "Людмила", "Ірина", "Галина", "Іван",
    "Петро", "Микола", "Василь", "Олександр", "Сергій", "Володимир", "Андрій", "Юрій", "Тетяна",
)  # fmt: skip
PATRONYMICS: Final = (
    "Іванівна", "Петрівна", "Миколаївна", "Василівна", "Олександрівна", "Іванович", "Петрович",
    "Миколайович", "Васильович", "Олександрович", "Степанівна", "Степанович",
)  # fmt: skip
PLACES: Final = tuple(
    root + ending
    for root in (
        "Біло", "Верхо", "Вишне", "Горо", "Дубро", "Зелено", "Камін", "Кали", "Красно", "Лісо",
        "Любо", "Мало", "Медво", "Ново", "Олександро", "Петро", "Садо", "Соко", "Старо", "Червоно",
    )
    for ending in ("град", "пілля", "гірка", "дол", "вода", "ярка", "слав", "піль", "поле", "рівка")
)  # fmt: skip
STREETS: Final = (
    "Соборна", "Шевченка", "Лесі Українки", "Центральна", "Шкільна", "Садова", "Миру", "Польова",
    "Героїв України", "Січових Стрільців", "Зелена", "Набережна", "Київська", "Франка",
)  # fmt: skip
TOPICS: Final[tuple[tuple[float, tuple[str, ...]], ...]] = (
    (30, ("Не надійшла субсидія за опалення", "Прошу пояснити перерахунок субсидії",
          "Коли виплатять державну допомогу на дитину")),
    (22, ("Немає опалення в будинку", "Тече дах будинку, мешканці просять ремонту",
          "Тариф на водопостачання завищено", "Не вивозять сміття з подвір'я")),
    (12, ("Дорога до села зруйнована, автобус не ходить", "Прошу освітити пішохідний перехід",
          "Відремонтуйте міст через річку")),
    (9, ("У лікарні немає ліків за програмою", "Не можу записатися до сімейного лікаря",
         "Прошу направити на медико-соціальну експертизу")),
    (8, ("Не нараховано пенсію за листопад", "Прошу перевірити страховий стаж")),
    (6, ("У школі немає укриття", "Скасовано шкільний автобус",
         "Дитині відмовили в місці в садку")),
    (5, ("Сусід захопив частину земельної ділянки", "Не видають витяг з кадастру")),
    (4, ("Де отримати довідку внутрішньо переміщеної особи", "Прошу надати житло переселенцям")),
    (2, ("Вирубують ліс біля села", "Завод скидає відходи в річку")),
    (2, ("Немає світла четверту добу", "Графіки відключень не виконують")),
)  # fmt: skip
DETAILS: Final = (
    "Звертаюся вже вдруге", "Подаю від імені мешканців вулиці", "Відповіді досі не отримала",
    "Маю двох дітей і хвору матір", "Живу на пенсію", "Документи подано у вересні",
    "Прошу відповісти письмово", "На звернення до громади не відповіли", "Є фотографії",
    "Керівник обіцяв розібратися на прямій лінії", "Прошу взяти питання на контроль",
)  # fmt: skip
KINDS: Final = (("3.2", 86), ("3.3", 11), ("3.1", 3))
FORMS: Final = (("1.1.1", 55), ("1.1", 30), ("1.2", 8), ("1.6", 7))
RESULTS: Final = (("9.3", 55), ("9.1", 33), ("9.2", 12))

ANSWER: Final = "Роз'яснено порядок і строки."

APPEAL_COLUMNS: Final = (
    "id", "public_id", "institution", "series", "year", "number", "register_index", "surname",
    "given_name", "patronymic", "residence", "phone", "email", "form_of_receipt", "kind", "topic",
    "question", "wants_written_reply", "asks_secrecy", "received_at", "received_on",
    "registered_on", "term", "deadline", "legal_on", "internal_on", "state", "code_mac",
    "form_key", "registered_by", "registered_at",
)  # fmt: skip
WORDS_COLUMNS: Final = ("appeal", "institution", "words")
ANSWER_COLUMNS: Final = ("appeal", "result", "text", "answered_by", "answered_at")


class Home(Struct, frozen=True, kw_only=True):
    """An institution, and how large a part of all cards it has."""

    institution: InstitutionId
    share: float


class Cards(Struct, frozen=True, kw_only=True):
    """How many cards there shall be, of whom, until when."""

    count: int
    homes: Sequence[Home]
    clerk: AccountId
    today: date
    topics: Sequence[str]
    """Codes of the classifier; as many as there are kinds of matters, or more."""


class Line(Struct, frozen=True):
    """One card as lines of the three tables; no answer: it waits for one."""

    card: str
    words: str
    answer: str | None


class _Day(Struct, frozen=True):
    """What all cards of one day have in common, as it stands in a line."""

    received: str
    legal: str
    internal: str
    deadline: str
    year: int
    age: int
    legal_on: date


def list_lines(cards: Cards) -> Iterator[Line]:
    """The cards, oldest first, with numbers that follow each other in each institution."""
    writer = _Writer(cards)
    days = [_build_day(cards, number) for number in range(365 * YEARS)]
    names = [str(home.institution) for home in cards.homes]
    shares = list(accumulate(home.share for home in cards.homes))
    last: dict[tuple[str, int], int] = {}
    for number in range(1, cards.count + 1):
        day = days[(number - 1) * len(days) // cards.count]
        home = writer.rng.choices(names, cum_weights=shares)[0]
        running = last[home, day.year] = last.get((home, day.year), 0) + 1
        yield writer.write(number, day, home, running)


class _Writer:
    """Draws what stands on a card; the same cards every time."""

    def __init__(self, cards: Cards) -> None:
        self.rng = random.Random(SEED)  # noqa: S311 - no secret
        self._cards = cards
        self._stems = _Stems()
        self._weights = list(accumulate(weight for weight, _ in TOPICS))

    def write(self, number: int, day: _Day, home: str, running: int) -> Line:
        """The card ``number``: the ``running`` one of its institution in its year."""
        rng = self.rng
        who = rng.choice(SURNAMES), rng.choice(GIVEN), rng.choice(PATRONYMICS)
        where = rng.choice(PLACES), rng.choice(STREETS)
        matter = rng.choices(range(len(TOPICS)), cum_weights=self._weights)[0]
        parts = [rng.choice(TOPICS[matter][1]), *rng.sample(DETAILS, rng.randint(0, 3))]
        is_open = rng.random() < (STILL_OPEN if day.age < OPEN_DAYS else FORGOTTEN)
        letter = choose_letter(who[0])
        card = "\t".join(
            (
                str(number), f"b{number:x}", home, "", str(day.year), str(running),
                build_index(RegisterIndex(letter=letter, number=running, year=day.year)), *who,
                f"смт {where[0]}, вул. {where[1]}, {rng.randint(1, 120)}",
                f"+38067{rng.randrange(10**7):07d}", "", _draw(rng, FORMS), _draw(rng, KINDS),
                self._cards.topics[matter], ". ".join(parts) + ".", "t", "f",
                f"{day.received} 09:00+00", day.received, day.received, "ART20_MONTH",
                day.deadline, day.legal, day.internal, "registered" if is_open else "answered",
                "-", f"bench-{number}", str(self._cards.clerk), f"{day.received} 09:00+00",
            )
        )  # fmt: skip
        words = self._stems.join((*who, *where, *parts, str(running), "смт вул"), home)
        answer = None if is_open else self._write_answer(number, day)
        return Line(card, f"{number}\t{home}\t{words}", answer)

    def _write_answer(self, number: int, day: _Day) -> str:
        rng = self.rng
        days = rng.randint(1, 20) if rng.random() < LATE else -rng.randint(1, 25)
        on = min(day.legal_on + timedelta(days=days), self._cards.today)
        result = _draw(rng, RESULTS)
        return f"{number}\t{result}\t{ANSWER}\t{self._cards.clerk}\t{on} 12:00+00"


def _draw(rng: random.Random, choices: Sequence[tuple[str, int]]) -> str:
    return rng.choices([code for code, _ in choices], [weight for _, weight in choices])[0]


def _build_day(cards: Cards, number: int) -> _Day:
    on = cards.today - timedelta(days=365 * YEARS - 1 - number)
    deadline = due("ART20_MONTH", on, build_calendar())
    return _Day(
        received=str(on),
        legal=str(deadline.legal_on),
        internal=str(deadline.internal_on),
        deadline=msgspec.json.encode(deadline).decode(),
        year=on.year,
        age=(cards.today - on).days,
        legal_on=deadline.legal_on,
    )


class _Stems:
    """Dictionary forms of the pieces that texts are made of, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}

    def join(self, parts: Sequence[str], home: str) -> str:
        """A vector of the words of ``parts`` in a card of ``home``, as PostgreSQL reads it."""
        found: dict[str, None] = {}
        for part in parts:
            if part not in self._known:
                self._known[part] = list_words(part)
            found.update(dict.fromkeys(self._known[part]))
        own = (own_word(word, InstitutionId(int(home))).replace("'", "''") for word in found)
        return " ".join(f"'{word}'" for word in own)


async def stream(lines: Iterator[str]) -> AsyncIterator[bytes]:
    """Lines as ``COPY`` takes them."""
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield ("\n".join(chunk) + "\n").encode()
            chunk = []
    if chunk:
        yield ("\n".join(chunk) + "\n").encode()

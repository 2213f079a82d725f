"""The world of the demo: two invented institutions, their people, and who may call."""

from datetime import date
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.institutions import NewInstitution


PASSWORD: Final = "demo-hotline-2026"  # noqa: S105 - it opens nothing but the demo
HOTLINE: Final = "+380800300545"
"""The line on which the demo's session is held; the network of the simulator knows it."""
SINCE: Final = date(2025, 1, 1)


class Official(Struct, frozen=True, kw_only=True):
    """Somebody who answers citizens, and the telephone that rings for it."""

    post: str
    name: str
    phone: str


class Member(Struct, frozen=True, kw_only=True):
    """Somebody who works here."""

    login: str
    name: str
    role: Role


class Citizen(Struct, frozen=True, kw_only=True):
    """Somebody with a telephone and a question."""

    name: str
    phone: str
    community: str
    question: str


COUNCIL: Final = NewInstitution(
    slug="naddniprianska",
    name_uk="Наддніпрянська обласна рада",
    name_en="Naddniprianska Oblast Council",
    kind="обласна рада",
    region="Наддніпрянська область",
    address="просп. Соборний, 1, м. Наддніпрянськ",
    email="zvernennia@council.example",
    contact_phone=HOTLINE,
)

CITY: Final = NewInstitution(
    slug="zelenohirsk",
    name_uk="Зеленогірська міська рада",
    name_en="Zelenohirsk City Council",
    kind="міська рада",
    region="Наддніпрянська область",
    address="пл. Центральна, 3, м. Зеленогірськ",
    email="rada@zelenohirsk.example",
    contact_phone="+380612221506",
)

SCHEDULES: Final = (
    (COUNCIL, "schedule_council.csv"),
    (CITY, "schedule_city.csv"),
)

ON_AIR: Final = Official(
    post="заступниця голови обласної ради",
    name="Мельник Оксана Андріївна",
    phone="+380670000101",
)
INVITED_NAME: Final = "Олійник Тарас Богданович"
INVITED_EMAIL: Final = "t.oliinyk@council.example"
"""One official of the packaged schedule is invited by mail, as the mailbox of the demo shows."""
ON_AIR_TITLE_EN: Final = "Deputy Head of the Oblast Council"
ON_AIR_TOPIC: Final = "дороги, лікарні, комунальні послуги"

OPERATOR: Final = "operator"
CLERK: Final = "clerk"
PRESS: Final = "press"
STAFF: Final = (
    Member(login=OPERATOR, name="Коваль Ірина", role=Role.OPERATOR),
    Member(login=CLERK, name="Поліщук Надія", role=Role.CLERK),
    Member(login=PRESS, name="Бойко Роман", role=Role.COMMUNICATIONS),
    Member(login="manager", name="Гончар Лідія", role=Role.MANAGER),
    Member(login="admin", name="Савчук Тарас", role=Role.ADMIN),
)

OLENA: Final = Citizen(
    name="Марченко Олена Петрівна",
    phone="+380501112233",
    community="Вербівська громада",
    question="Коли відремонтують дорогу між Вербівкою та Степовим?",
)
PETRO: Final = Citizen(
    name="Бондар Петро Іванович",
    phone="+380672223344",
    community="м. Наддніпрянськ",
    question="У будинку третій тиждень немає опалення, просимо допомогти.",
)
HALYNA: Final = Citizen(
    name="Ткач Галина Степанівна",
    phone="+380933334455",
    community="Степова громада",
    question="Як оформити пільгу на проїзд для учасника бойових дій?",
)
CITIZENS: Final = (OLENA, PETRO, HALYNA)

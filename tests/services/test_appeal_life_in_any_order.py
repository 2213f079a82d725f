"""Whatever staff do with an appeal, in whatever order: the law is kept.

Hypothesis draws the sequences and shortens those that do harm; after every step the truth is
read from the database.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.factories import NOW, NUMBERS, SECRET, make_appeal, make_institution

from hotline_sessions.domain.access import Absent, Role, Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind, ReturnGround, StopGround
from hotline_sessions.domain.appeal_links import LinkKind
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.ids import AppealId, InstitutionId
from hotline_sessions.services.appeal_assignments import (
    Order,
    ask_more,
    note_complained_of,
    resolve,
    start,
)
from hotline_sessions.services.appeal_exits import forward, give_back_to_author, stop
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_links import confirm_link, undo_link
from hotline_sessions.services.appeal_replies import (
    check,
    close,
    draft,
    give_back,
    send,
    sign,
    tell,
)
from hotline_sessions.services.appeal_sharing import share_out
from hotline_sessions.services.appeal_shortening import shorten_term
from hotline_sessions.services.appeal_together import draft_together
from hotline_sessions.services.appeals import answer
from hotline_sessions.services.units import change_unit
from hotline_sessions.store.accounts import add_account
from hotline_sessions.store.appeal_life import list_questions
from hotline_sessions.store.engine import fetch_rows, run_sql
from hotline_sessions.store.integrity import list_changed_cards
from hotline_sessions.store.units import add_body, add_unit


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TEXT: Final = "Субсидію нараховано, кошти надійдуть до кінця тижня."

UNANSWERED: Final = """
    select a.id from appeal a where a.state = 'closed' and (
        not exists (select from answer where appeal = a.id)
        or exists (select from appeal_question where appeal = a.id and answer is null))"""
TOO_LONG: Final = "select id from appeal where legal_on > received_on + 45"
# What has been answered is owed by nobody: heads of units may change then as they like.
PARTIAL: Final = """
    select a.id from assignment t join appeal a on a.id = t.appeal
      join barred_from_appeal(a.id) b
        on (b.kind = 'account' and b.id = t.account) or (b.kind = 'unit' and b.id = t.unit)
        or (b.kind = 'body' and b.id = t.body)
     where t.ended_at is null and t.due_on is not null
    union all
    select x.appeal from appeal_exit x join barred_from_appeal(x.appeal) b
        on b.kind = 'body' and b.id = x.body"""
OWN_CHECK: Final = "select id from reply where checked_by = author"


class World:
    """Three members of staff, one more on leave, a unit, a body, one appeal, and days that go on.

    The second of the staff stands in for who is on leave.
    """

    def __init__(
        self, staff: list[Staff], others: list[Party], name: str, appeal: AppealId, first: str
    ) -> None:
        self.staff, self.name, self.appeal = staff, name, appeal
        self.unit, self.body, self.absent = others
        self.first = first
        self.now = NOW

    def who(self, what: int) -> Staff:
        return self.staff[what % len(self.staff)]

    def party(self, what: int) -> Party:
        people = [Party(kind=PartyKind.ACCOUNT, id=each.account) for each in self.staff]
        parties = [*people, self.unit, self.absent, self.body]
        return parties[what % len(parties)]

    async def wait(self, what: int) -> None:
        self.now += timedelta(days=what * 3)

    async def ask(self, what: int) -> None:
        await ask_more(self.name, f"Питання {what}?", staff=self.who(what), now=self.now)

    async def blame(self, what: int) -> None:
        await note_complained_of(
            self.name, self.party(what), staff=self.who(what + 1), now=self.now
        )

    async def resolve(self, what: int) -> None:
        others = [self.party(what // 3)]
        await resolve(
            self.name,
            "До дії",
            main=self.party(what),
            others=others,
            staff=self.who(what + 1),
            now=self.now,
        )

    async def share(self, what: int) -> None:
        order = Order(text="До дії", main=self.party(what), others=[self.party(what // 2)])
        await share_out([self.name], order, staff=self.who(what), secret=SECRET, now=self.now)

    async def lead(self, what: int) -> None:
        head = None if what == 5 else self.who(what).account
        await change_unit(
            self.unit.id,
            "Відділ",
            head=head,
            head_official=None,
            members=[self.who(what + 1).account],
            staff=self.who(what),
            now=self.now,
        )

    async def blame_first(self, what: int) -> None:
        staff = self.who(what + 1)
        await note_complained_of(self.first, self.party(what), staff=staff, now=self.now)

    async def link(self, what: int) -> None:
        kind = list(LinkKind)[what % len(LinkKind)]
        await confirm_link(self.name, self.first, kind, staff=self.who(what), now=self.now)

    async def unlink(self, what: int) -> None:
        staff = self.who(what)
        await undo_link(self.name, self.first, "Помилково", staff=staff, now=self.now)

    async def draft_many(self, what: int) -> None:
        staff = self.who(what)
        names = [self.name, self.first]
        await draft_together(names, TEXT, result="9.1", staff=staff, secret=SECRET, now=self.now)

    async def forward(self, what: int) -> None:
        staff = self.who(what)
        await forward(self.name, self.body.id, "За належністю", staff=staff, now=self.now)

    async def start(self, what: int) -> None:
        await start(self.name, staff=self.who(what), now=self.now)

    async def extend(self, what: int) -> None:
        until = NOW.date() + timedelta(days=30 + what * 4)
        await extend(self.name, until, "Перевірка", staff=self.who(what), now=self.now)

    async def shorten(self, what: int) -> None:
        until = NOW.date() + timedelta(days=25 - what * 6)
        await shorten_term(self.name, until, "Вимога № 7", staff=self.who(what), now=self.now)

    async def draft(self, what: int) -> None:
        questions = await list_questions(self.appeal)
        left_out = what % 3 == 2
        answers = {each.place: "Так." for each in questions[: -1 if left_out else None]}
        staff = self.who(what)
        await draft(self.name, TEXT, answers, result="9.1", staff=staff, now=self.now)

    async def check(self, what: int) -> None:
        await check(self.name, staff=self.who(what), now=self.now)

    async def give_back(self, what: int) -> None:
        await give_back(self.name, staff=self.who(what), now=self.now)

    async def sign(self, what: int) -> None:
        await sign(self.name, staff=self.who(what), now=self.now)

    async def send(self, what: int) -> None:
        await send(self.name, "01-17/5", staff=self.who(what), now=self.now)

    async def tell(self, what: int) -> None:
        await tell(self.name, staff=self.who(what), now=self.now)

    async def close(self, what: int) -> None:
        await close(self.name, staff=self.who(what), now=self.now)

    async def answer(self, what: int) -> None:
        await answer(self.name, TEXT, result="9.1", staff=self.who(what), now=self.now)

    async def leave(self, what: int) -> None:
        staff, ground = self.who(what), ReturnGround.PARTICULARS
        if what % 2:
            await stop(self.name, StopGround.ANONYMOUS, "Без адреси", staff=staff, now=self.now)
        else:
            await give_back_to_author(self.name, ground, "Без підпису", staff=staff, now=self.now)

    async def verify(self) -> None:
        harm = f"{UNANSWERED} union all {TOO_LONG} union all {PARTIAL} union all {OWN_CHECK}"
        assert list(await fetch_rows(harm)) == [], "an appeal was closed or led against the law"


async def make_member(institution: InstitutionId) -> Staff:
    """Somebody with all rights, whose password nobody works out: that would take the time."""
    login = f"member{next(NUMBERS)}"
    roles = frozenset(Role)
    account = await add_account(
        institution=institution,
        login=login,
        full_name="Ірина Бондар",
        password_hash="none",
        roles=roles,
    )
    return Staff(
        account=account, institution=institution, login=login, full_name=login, roles=roles
    )


async def build_world() -> World:
    home = await make_institution()
    staff = [await make_member(home.id) for _ in range(3)]
    leaving = await make_member(home.id)
    away = Absent(account=leaving.account, full_name=leaving.full_name, roles=leaving.roles)
    staff[1] = replace(staff[1], stands_in_for=(away,))
    unit = await add_unit("Відділ", head=None, head_official=None, institution=home.id)
    body = await add_body("Пенсійний фонд", address="м. Рівне", institution=home.id)
    assert unit is not None
    assert body is not None
    others = [
        Party(kind=PartyKind.UNIT, id=unit),
        Party(kind=PartyKind.BODY, id=body),
        Party(kind=PartyKind.ACCOUNT, id=leaving.account),
    ]
    first = (await make_appeal(staff=staff[0])).appeal.public_id
    appeal = (await make_appeal(staff=staff[0])).appeal
    return World(staff, others, appeal.public_id, appeal.id, first)


DEEDS: Final[dict[str, Callable[[World, int], Awaitable[None]]]] = {
    "wait": World.wait,
    "ask": World.ask,
    "blame": World.blame,
    "resolve": World.resolve,
    "share": World.share,
    "lead": World.lead,
    "blame_first": World.blame_first,
    "link": World.link,
    "unlink": World.unlink,
    "draft_many": World.draft_many,
    "forward": World.forward,
    "start": World.start,
    "extend": World.extend,
    "shorten": World.shorten,
    "draft": World.draft,
    "check": World.check,
    "give_back": World.give_back,
    "sign": World.sign,
    "send": World.send,
    "tell": World.tell,
    "close": World.close,
    "answer": World.answer,
    "leave": World.leave,
}
# The way to the end stands among the choices in one piece, so that the end is reached often.
WAY: Final = ("resolve", "start", "draft", "check", "sign", "send", "close")
CHOICES: Final = st.integers(0, 5)
single = st.tuples(st.sampled_from(sorted(DEEDS)), CHOICES).map(lambda step: [step])
whole = st.lists(CHOICES, min_size=7, max_size=7).map(
    lambda numbers: list(zip(WAY, numbers, strict=True))
)
# What the law limits comes early, while it can still be done.
early = st.lists(
    st.tuples(
        st.sampled_from(
            ("ask", "blame", "blame_first", "extend", "lead", "link", "resolve", "shorten")
        ),
        CHOICES,
    ),
    max_size=5,
)
later = st.lists(st.one_of(single, single, single, whole), min_size=3, max_size=9).map(
    lambda parts: [step for part in parts for step in part]
)
plots = st.tuples(early, later).map(lambda parts: [*parts[0], *parts[1]])


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plot=plots)
async def test_whatever_is_done_with_an_appeal_the_law_is_kept(plot: list[tuple[str, int]]) -> None:
    world = await build_world()
    for name, what in plot:
        with suppress(Refusal):
            await DEEDS[name](world, what)
        await world.verify()
    assert await list_changed_cards() == [], "a deed has changed a card without a step"


async def test_without_its_trigger_the_same_look_would_find_an_appeal_closed_unanswered() -> None:
    world = await build_world()
    await run_sql("alter table appeal disable trigger appeal_closed_when_answered")
    try:
        await run_sql("update appeal set state = 'closed' where id = $1", world.appeal)

        with pytest.raises(AssertionError, match="closed"):
            await world.verify()
    finally:
        await run_sql(
            f"""set local session_replication_role = replica;
                delete from appeal_step where appeal = {world.appeal};
                delete from appeal_words where appeal = {world.appeal};
                delete from appeal where id = {world.appeal}"""  # noqa: S608 - a number
        )
        await run_sql("alter table appeal enable trigger appeal_closed_when_answered")

"""Draw a script: who calls when, who is late, silent, impatient; what goes wrong."""

from random import Random
from typing import Final

import msgspec

from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.scripts import (
    Citizen,
    Deed,
    Fault,
    Official,
    Operator,
    Script,
    SessionScript,
)


FIRST_SESSION_SECONDS: Final = 360.0
"""When the first session starts."""
FIRST_REAL_SECONDS: Final = 60.0
"""The same in real time, where nobody likes to wait."""
STAGGER_MINUTES: Final = 15
"""Sessions start within so many minutes of each other."""
LOBBY_SECONDS: Final = 300.0
WINDOW_SECONDS: Final = 600.0
"""Faults come in windows of this length, each of which can be left out."""

CHANCES: Final = {
    "duplicate": 0.05,
    "duplicate-later": 0.02,
    "permute": 0.05,
    "delay": 0.02,
    "lose": 0.02,
    "refuse": 0.02,
    "webhook-timeout": 0.01,
    "slow-rest": 0.03,
    "rest-429": 0.03,
    "rest-500": 0.02,
    "rest-503": 0.02,
    "lost-answer": 0.02,
    "garbage": 0.01,
    "race": 0.01,
    "cut": 0.0005,
}
"""How often each fault strikes whatever it can strike."""
RESTART_EVERY: Final = 1200.0
"""Seconds between two deaths of the process, in the mean."""
DOWN_SECONDS: Final = (0.3, 2.0, 9.0, 40.0)
"""How long it takes until the process is there again."""
FAULT_KINDS: Final = (*CHANCES, "restart")


def draw_script(plan: Plan, seed: int) -> Script:
    """The script that ``seed`` gives."""
    sessions = tuple(_draw_session(plan, seed, number) for number in range(plan.sessions))
    ends = max(each.starts_after + each.minutes * 60 for each in sessions)
    return Script(
        seed=seed,
        sessions=sessions,
        faults=_draw_faults(plan, seed, ends),
        is_real_time=plan.is_real_time,
    )


def _draw_session(plan: Plan, seed: int, number: int) -> SessionScript:
    rng = _dice(seed, "session", number)
    first = FIRST_REAL_SECONDS if plan.is_real_time else FIRST_SESSION_SECONDS
    stagger = 1 if plan.is_real_time else min(STAGGER_MINUTES, 1 + plan.sessions // 2)
    slots = max(1, plan.minutes // plan.talk_minutes)
    bookable = list(range(slots - -(-slots * plan.walk_in_percent // 100)))
    rng.shuffle(bookable)
    citizens = []
    for index in range(plan.callers):
        wants_slot = rng.random() < plan.booked and bool(bookable)
        slot = bookable.pop() if wants_slot else None
        citizens.append(_draw_citizen(plan, seed, number, index, slot))
    return SessionScript(
        number=number,
        starts_after=first + 60.0 * rng.randrange(stagger),
        minutes=plan.minutes,
        talk_minutes=plan.talk_minutes,
        line=f"+38044{number:07d}",
        official=_draw_official(plan, seed, number),
        operator=_draw_operator(plan, seed, number),
        citizens=tuple(citizens),
        is_recorded=rng.random() < plan.recorded,
    )


def _draw_official(plan: Plan, seed: int, number: int) -> Official:
    rng = _dice(seed, "official", number)
    official = Official(
        name=f"official-{number}", number=f"+38032{number:07d}", answers_after=(rng.uniform(2, 9),)
    )
    if rng.random() >= plan.oddity:
        return official
    seconds = plan.minutes * 60.0
    match rng.choice(("late", "machine", "drops", "drops-twice", "never", "menu")):
        case "late":
            answers: tuple[float, ...] = (-1.0, -1.0, rng.uniform(2, 9))
            return msgspec.structs.replace(official, answers_after=answers)
        case "machine":
            return msgspec.structs.replace(official, is_machine=(True, False))
        case "drops":
            return msgspec.structs.replace(official, drops_at=(rng.uniform(60, seconds),))
        case "drops-twice":
            drops = (rng.uniform(30, seconds), rng.uniform(30, seconds))
            return msgspec.structs.replace(official, drops_at=drops)
        case "never" if rng.random() < 0.5:  # noqa: PLR2004 - half of the few
            return msgspec.structs.replace(official, answers_after=(-1.0,))
        case _:
            stars = (rng.uniform(60, seconds), rng.uniform(60, seconds))
            return msgspec.structs.replace(official, stars_at=stars, menu_keys="12")


def _draw_operator(plan: Plan, seed: int, number: int) -> Operator:
    rng = _dice(seed, "operator", number)
    seconds = plan.minutes * 60.0
    deeds: list[Deed] = []
    if rng.random() < plan.oddity:
        for _ in range(rng.randrange(1, 4)):
            at = rng.uniform(30, seconds)
            match rng.choice(DEEDS):
                case "pause" | "alert" as what:
                    deeds.append(Deed(at=at, what=what))
                    deeds.append(Deed(at=at + rng.uniform(30, 400), what="resume"))
                case what:
                    deeds.append(Deed(at=at, what=what))
        if rng.random() < EARLY_ENDS:
            deeds.append(Deed(at=rng.uniform(seconds / 2, seconds), what="end"))
    return Operator(
        name=f"operator-{number}",
        is_automatic=rng.random() < plan.automatic,
        reaction=rng.uniform(0.2, 1.5),
        deeds=tuple(deeds),
    )


DEEDS: Final = (
    "end-talk", "extend-talk", "extend-session", "pause", "alert", "dismiss", "prefer", "return",
)  # fmt: skip
EARLY_ENDS: Final = 0.15


def _draw_citizen(plan: Plan, seed: int, session: int, index: int, slot: int | None) -> Citizen:
    rng = _dice(seed, "citizen", session, index)
    early = -rng.uniform(20, 240)
    walks_in = rng.uniform(-LOBBY_SECONDS, plan.minutes * 60 * 0.9)
    talks = rng.gauss(plan.talk_seconds, plan.talk_seconds / 3)
    citizen = Citizen(
        name=f"citizen-{session}-{index}",
        number=f"+38050{session:03d}{index:04d}",
        slot=slot,
        dials_at=walks_in if slot is None else early,
        talks=min(max(10.0, talks), plan.talk_minutes * 60.0),
        patience=plan.patience_seconds * rng.uniform(0.5, 1.5),
        consents=rng.random() < CONSENTS,
    )
    for _ in range(2):
        if rng.random() < plan.oddity:
            citizen = _make_odd(citizen, plan, rng)
    return citizen


CONSENTS: Final = 0.7
ODDITIES: Final = (
    "late", "a-little-late", "never", "too-early", "after-end", "withheld", "wrong-code",
    "hopeless-code", "silent", "impatient", "drops", "drops-for-good", "long", "asks-again",
    "second-call", "call-back", "leaves-question",
)  # fmt: skip


def _make_odd(citizen: Citizen, plan: Plan, rng: Random) -> Citizen:
    """The citizen, with one more peculiarity."""
    changes: dict[str, object] = {}
    match rng.choice(ODDITIES):
        case "late":
            changes = {"dials_at": (citizen.dials_at or 0.0) + rng.uniform(60, 600)}
        case "a-little-late":
            changes = {"dials_at": rng.uniform(5, max(6.0, plan.talk_minutes * 30 - 45))}
        case "asks-again":
            talks = plan.talk_minutes * 60 * 0.95
            changes = {"talks": talks, "asks_again_after": rng.uniform(5, 60)}
        case "never":
            changes = {"dials_at": None}
        case "too-early":
            changes = {"dials_at": (citizen.dials_at or 0.0) - rng.uniform(300, 1200)}
        case "withheld":
            changes = {"is_withheld": True}
        case "wrong-code":
            changes = {"wrong_codes": 1}
        case "hopeless-code":
            changes = {"wrong_codes": 9}
        case "silent":
            changes = {"is_silent": True}
        case "impatient":
            changes = {"patience": rng.uniform(3, 120)}
        case "drops":
            again = rng.uniform(2, 240)
            changes = {"drops_after": rng.uniform(2, 90), "calls_again_after": again}
        case "drops-for-good":
            changes = {"drops_after": rng.uniform(2, 90), "answers_call_back": _answer(rng)}
        case "long":
            changes = {"talks": plan.talk_minutes * 60 * rng.uniform(1.2, 3)}
        case "second-call":
            changes = {"second_call_after": rng.uniform(2, 200)}
        case "call-back":
            changes = {"keys": "2", "answers_call_back": _answer(rng)}
        case "leaves-question":
            changes = {"keys": "13"}
        case _:
            changes = {"dials_at": plan.minutes * 60 + rng.uniform(-60, 200), "slot": None}
    return msgspec.structs.replace(citizen, **changes)


def _answer(rng: Random) -> str:
    return rng.choice(("yes", "yes", "no", "declines", "machine"))


def _draw_faults(plan: Plan, seed: int, ends: float) -> tuple[Fault, ...]:
    rng = _dice(seed, "faults")
    faults: list[Fault] = []
    for kind, chance in CHANCES.items():
        at = 0.0
        while at < ends:
            lasts = min(WINDOW_SECONDS, ends - at)
            seconds = rng.choice((1.5, 4.0, 12.0, 58.0))
            fault = Fault(
                kind=kind,
                at=at,
                lasts=lasts,
                probability=min(1.0, chance * plan.storm),
                seconds=seconds,
            )
            if kind in plan.faults:
                faults.append(fault)
            at += lasts
    often = plan.storm / RESTART_EVERY
    at = rng.expovariate(often)
    while at < ends:
        if "restart" in plan.faults:
            faults.append(Fault(kind="restart", at=at, seconds=rng.choice(DOWN_SECONDS)))
        at += rng.expovariate(often)
    return tuple(faults)


def _dice(seed: int, *names: object) -> Random:
    return Random(":".join(str(each) for each in (seed, *names)))  # noqa: S311 - dice, not secrets

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.calls import (
    ON_AIR,
    CallEvent,
    CallState,
    ImpossibleEvent,
    Role,
    advance,
)
from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.timeline_figures import count_air, count_figures
from hotline_sessions.domain.timelines import (
    KINDS,
    Kind,
    LegChange,
    LegStart,
    Outcome,
    SessionChange,
    Timeline,
    Track,
    build_timeline,
    find_two_on_air,
)
from hotline_sessions.domain.times import Window


TEN = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
"""Ten o'clock in Kyiv."""
PLANNED = Window(starts_at=TEN, ends_at=TEN + timedelta(hours=1))
OFFICIAL = CallId(900)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def came(call: int, minute: float, **facts: int) -> LegStart:
    return LegStart(
        call=CallId(call),
        role=Role.CITIZEN,
        state=CallState.GREETING,
        started_at=at(minute),
        person=facts.get("person", call),
    )


def then(
    call: int, minute: float, after: CallState, event: CallEvent = CallEvent.ADMITTED, why: str = ""
) -> LegChange:
    return LegChange(call=CallId(call), event=event, after=after, happened_at=at(minute), why=why)


def talk(call: int, waits: float, talks: float, ends: float) -> list[LegChange]:
    """A citizen who waits from ``waits``, talks from ``talks`` and leaves at ``ends``."""
    return [
        then(call, waits, CallState.WAITING),
        then(call, talks, CallState.TALKING, CallEvent.ENTERED_AIR),
        then(call, ends, CallState.ENDED, CallEvent.LEFT_AIR),
    ]


def picture(
    starts: list[LegStart],
    changes: list[LegChange],
    states: list[SessionChange] | None = None,
    until: float = 90,
) -> Timeline:
    ordered = sorted(changes, key=lambda each: each.happened_at)
    return build_timeline(PLANNED, starts, ordered, states or [], until=at(until))


def live(minute: float = 0) -> SessionChange:
    return SessionChange(after=SessionState.LIVE, happened_at=at(minute))


def official(present: float, leaves: float) -> tuple[LegStart, list[LegChange]]:
    start = LegStart(
        call=OFFICIAL, role=Role.OFFICIAL, state=CallState.DIALLING, started_at=at(present - 1)
    )
    return start, [
        then(OFFICIAL, present, CallState.PRESENT, CallEvent.ENTERED_AIR),
        then(OFFICIAL, leaves, CallState.ENDED, CallEvent.HUNG_UP),
    ]


def test_a_leg_becomes_stretches_one_after_the_other() -> None:
    track = picture([came(1, 0)], talk(1, 1, 6, 10)).tracks[0]

    assert [(each.kind, each.length) for each in track.stretches] == [
        (Kind.GREETING, timedelta(minutes=1)),
        (Kind.WAITING, timedelta(minutes=5)),
        (Kind.TALK, timedelta(minutes=4)),
    ]
    assert track.outcome is Outcome.HEARD


def test_one_thing_that_goes_on_through_two_states_is_one_stretch() -> None:
    changes = [
        then(1, 1, CallState.WAITING),
        then(1, 2, CallState.SUMMONED, CallEvent.SUMMONED),
        then(1, 3, CallState.JOINING, CallEvent.CAME),
        then(1, 4, CallState.TALKING, CallEvent.ENTERED_AIR),
    ]

    kinds = [each.kind for each in picture([came(1, 0)], changes, until=5).tracks[0].stretches]

    assert kinds == [Kind.GREETING, Kind.WAITING, Kind.JOINING, Kind.TALK]


def test_who_is_still_there_is_drawn_until_now() -> None:
    track = picture([came(1, 0)], [then(1, 1, CallState.WAITING)], until=7).tracks[0]

    assert track.window.ends_at == at(7)
    assert track.outcome is Outcome.STILL_THERE


def test_legs_of_each_role_are_numbered_in_the_order_they_began() -> None:
    start, changes = official(1, 30)
    timeline = picture([came(2, 5), start, came(1, 4)], changes)

    assert [(track.role, track.number, track.call) for track in timeline.of(Role.CITIZEN)] == [
        (Role.CITIZEN, 1, 1),
        (Role.CITIZEN, 2, 2),
    ]
    assert [track.number for track in timeline.of(Role.OFFICIAL)] == [1]


def test_the_drawing_holds_the_announced_session_and_all_that_happened() -> None:
    start, changes = official(-4, 75)

    window = picture([start], changes).window

    assert window == Window(starts_at=at(-5), ends_at=at(75))


def test_an_event_written_later_with_an_earlier_clock_makes_no_stretch_negative() -> None:
    changes = [
        then(1, 5, CallState.WAITING),
        then(1, 4, CallState.TALKING, CallEvent.ENTERED_AIR),
        then(1, 9, CallState.ENDED, CallEvent.LEFT_AIR),
    ]

    track = build_timeline(PLANNED, [came(1, 0)], changes, [], until=at(60)).tracks[0]

    assert [(each.kind, each.window.starts_at) for each in track.stretches] == [
        (Kind.GREETING, at(0)),
        (Kind.TALK, at(5)),
    ]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ([then(1, 1, CallState.ENDED, CallEvent.HUNG_UP)], Outcome.LEFT_GREETING),
        (
            [then(1, 1, CallState.WAITING), then(1, 9, CallState.ENDED, CallEvent.HUNG_UP)],
            Outcome.LEFT_WAITING,
        ),
        (
            [
                then(1, 1, CallState.WAITING),
                then(1, 9, CallState.ENDED, CallEvent.DISMISSED, why="dismissed"),
            ],
            Outcome.SEEN_OFF,
        ),
        (
            [
                then(1, 1, CallState.WAITING),
                then(1, 9, CallState.ENDED, CallEvent.DISMISSED, why="closed"),
            ],
            Outcome.SESSION_OVER,
        ),
        (
            [
                then(1, 1, CallState.QUESTION, CallEvent.RECORDS),
                then(1, 3, CallState.ENDED, CallEvent.HUNG_UP),
            ],
            Outcome.QUESTION,
        ),
        (
            [
                then(1, 1, CallState.WAITING),
                then(1, 9, CallState.SUMMONED, CallEvent.SUMMONED),
                then(1, 10, CallState.ENDED, CallEvent.HUNG_UP),
            ],
            Outcome.LOST,
        ),
        (
            [then(1, 1, CallState.WAITING), then(1, 9, CallState.ENDED, CallEvent.REPLACED)],
            Outcome.REPLACED,
        ),
    ],
)
def test_a_call_without_a_talk_says_why(changes: list[LegChange], outcome: Outcome) -> None:
    assert picture([came(1, 0)], changes).tracks[0].outcome is outcome


def test_who_called_twice_is_one_caller_and_heard_if_once_heard() -> None:
    gave_up = [then(1, 1, CallState.WAITING), then(1, 3, CallState.ENDED, CallEvent.HUNG_UP)]
    timeline = picture(
        [came(1, 0, person=7), came(2, 10, person=7), came(3, 0, person=8)],
        [
            *gave_up,
            *talk(2, 11, 15, 20),
            then(3, 1, CallState.WAITING),
            then(3, 30, CallState.ENDED, CallEvent.HUNG_UP),
        ],
    )

    figures = count_figures(timeline)

    assert (figures.callers, figures.heard) == (2, 1)
    assert figures.not_heard == {Outcome.LEFT_WAITING: 1}
    assert figures.waits == (timedelta(minutes=6), timedelta(minutes=29))
    assert figures.longest_wait == timedelta(minutes=29)
    assert figures.median_wait == timedelta(minutes=17, seconds=30)
    assert figures.talks == (timedelta(minutes=5),)


def test_the_time_of_the_session_is_divided_by_what_the_official_did() -> None:
    start, comes_and_goes = official(5, 50)
    timeline = picture(
        [start, came(1, 0), came(2, 8)],
        [*comes_and_goes, *talk(1, 1, 10, 20), *talk(2, 9, 24, 30)],
        [live(), SessionChange(after=SessionState.CLOSING, happened_at=at(60))],
    )

    air = count_air(timeline)

    assert air.absent == timedelta(minutes=5 + 10)
    assert air.idle == timedelta(minutes=5 + 4)
    assert air.busy == timedelta(minutes=10 + 6)
    assert air.quiet == timedelta(minutes=20)
    assert air.total == timedelta(minutes=60)


def test_a_pause_is_nobodys_idle_time() -> None:
    start, comes_and_goes = official(0, 60)
    timeline = picture(
        [start, came(1, 0)],
        [*comes_and_goes, *talk(1, 1, 50, 55)],
        [live(), SessionChange(after=SessionState.PAUSED, happened_at=at(2)), live(50)],
        until=60,
    )

    assert count_air(timeline).idle == timedelta(minutes=1)
    assert [phase.state for phase in timeline.phases] == [
        SessionState.LIVE,
        SessionState.PAUSED,
        SessionState.LIVE,
    ]


def test_states_before_the_lines_open_and_after_they_closed_are_not_drawn() -> None:
    states = [
        SessionChange(after=SessionState.PUBLISHED, happened_at=at(-600)),
        SessionChange(after=SessionState.OPEN, happened_at=at(-5)),
        SessionChange(after=SessionState.CLOSED, happened_at=at(3)),
    ]

    phases = picture([], [], states).phases

    assert [(each.state, each.window.length) for each in phases] == [
        (SessionState.OPEN, timedelta(minutes=8))
    ]


def test_an_empty_session_has_figures_of_nothing() -> None:
    figures = count_figures(picture([], []))

    assert (figures.callers, figures.heard, figures.not_heard) == (0, 0, {})
    assert figures.longest_wait == figures.median_talk == timedelta()


def test_two_on_air_would_be_seen() -> None:
    starts = [came(1, 0), came(2, 0), came(3, 0)]
    apart = [*talk(1, 1, 5, 10), *talk(2, 1, 10, 15), *talk(3, 1, 15, 16)]
    inside = [*talk(1, 1, 5, 30), *talk(2, 1, 30, 31), *talk(3, 1, 28, 29)]

    assert find_two_on_air(picture(starts, apart).tracks) is None
    assert find_two_on_air(picture(starts, inside).tracks) is not None


Told = tuple[list[LegStart], list[LegChange]]


@st.composite
def histories(draw: st.DrawFn) -> Told:
    """What the machine of the calls may write down: at most one holds the air at a time.

    The clock of an event may lie behind that of the one before it.
    """
    starts: list[LegStart] = []
    changes: list[LegChange] = []
    states: dict[CallId, tuple[Role, CallState]] = {}
    now = TEN
    for _ in range(draw(st.integers(0, 60))):
        now += timedelta(seconds=draw(st.integers(0, 90)))
        if not states or draw(st.integers(0, 4)) == 0:
            role = draw(st.sampled_from([Role.CITIZEN, Role.CITIZEN, Role.OFFICIAL]))
            first = CallState.GREETING if role is Role.CITIZEN else CallState.SUBMITTING
            call = CallId(len(starts) + 1)
            person = draw(st.integers(1, 5))
            starts.append(
                LegStart(call=call, role=role, state=first, started_at=now, person=person)
            )
            states[call] = (role, first)
            continue
        call = draw(st.sampled_from(sorted(states)))
        role, state = states[call]
        event = draw(st.sampled_from(CallEvent))
        holder = next((each for each, (_, held) in states.items() if held in ON_AIR), call)
        try:
            after = advance(role, state, event)
        except ImpossibleEvent:
            continue
        if after is state or (after in ON_AIR and holder != call):
            continue
        late = timedelta(seconds=draw(st.integers(0, 5)))
        states[call] = (role, after)
        changes.append(LegChange(call=call, event=event, after=after, happened_at=now - late))
    return starts, changes


def draw_session(told: Told) -> Timeline:
    starts, changes = told
    return build_timeline(PLANNED, starts, changes, [live()], until=TEN + timedelta(hours=2))


def covers_without_overlap(track: Track) -> bool:
    ends = [each.window.ends_at for each in track.stretches]
    begins = [each.window.starts_at for each in track.stretches]
    return all(end <= begin for end, begin in zip(ends, begins[1:], strict=False))


@given(histories())
def test_stretches_of_a_leg_never_overlap_and_are_never_empty(told: Told) -> None:
    for track in draw_session(told).tracks:
        assert covers_without_overlap(track)
        assert all(each.length > timedelta() for each in track.stretches)


@given(histories())
def test_all_that_a_leg_did_adds_up_to_its_length(told: Told) -> None:
    for track in draw_session(told).tracks:
        assert track.total(*Kind) == track.window.length


@given(histories())
def test_at_most_one_citizen_is_on_air_at_any_moment(told: Told) -> None:
    assert find_two_on_air(draw_session(told).tracks) is None


@given(histories())
def test_figures_agree_with_the_tracks_they_are_counted_from(told: Told) -> None:
    timeline = draw_session(told)
    figures = count_figures(timeline)
    citizens = timeline.of(Role.CITIZEN)

    assert figures.callers == figures.heard + sum(figures.not_heard.values())
    assert sum(figures.talks, timedelta()) == sum(
        (track.total(Kind.TALK) for track in citizens), timedelta()
    )
    assert sum(figures.waits, timedelta()) == sum(
        (track.total(Kind.WAITING) for track in citizens), timedelta()
    )
    assert figures.air.total == timedelta(hours=2)


def test_every_state_of_a_leg_that_lives_has_its_place_in_the_picture() -> None:
    assert set(KINDS) == set(CallState) - {CallState.ENDED}

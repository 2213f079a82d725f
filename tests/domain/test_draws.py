"""How lots fall: nobody is forgotten, nothing is given twice, and anyone can reckon it again."""

import hashlib
import hmac
import json
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.draw_files import Flaw, build_file, find_flaws, read_file, write_file
from hotline_sessions.domain.draws import (
    Entry,
    Inputs,
    Outcome,
    build_commitment,
    build_pseudonym,
    draw_lots,
    order_inputs,
)


NONCE = bytes(range(32))
SLOTS = [f"2026-11-25T08:{minute:02}:00Z" for minute in range(0, 60, 10)]
MANY_SLOTS = [f"2026-11-25T{8 + n // 12:02}:{n % 12 * 5:02}:00Z" for n in range(40)]


def name(number: int) -> str:
    return build_pseudonym(b"salt", str(number))


def order(entries: list[Entry], slots: list[str] = SLOTS) -> Inputs:
    return order_inputs(
        session="0123456789",
        closed_at="2026-11-24T15:00:00Z",
        commitment=build_commitment(NONCE),
        slots=slots,
        entries=entries,
    )


def write(inputs: Inputs, nonce: bytes = NONCE) -> str:
    return write_file(build_file(inputs, nonce, draw_lots(inputs, nonce)))


def make_crowd(count: int, slots: list[str]) -> list[Entry]:
    lots = Random(7)  # noqa: S311 - wishes of tests
    return [
        Entry(
            name=name(number),
            wishes=tuple(lots.sample(slots, lots.randrange(4))),
            any=lots.random() < 0.5,
        )
        for number in range(count)
    ]


@st.composite
def crowds(draw: st.DrawFn) -> list[Entry]:
    numbers = draw(st.sets(st.integers(0, 10_000), max_size=25))
    wishes = st.lists(st.sampled_from(SLOTS), max_size=3, unique=True).map(tuple)
    return [
        Entry(name=name(number), wishes=draw(wishes), any=draw(st.booleans())) for number in numbers
    ]


def list_names(outcome: Outcome) -> list[str]:
    return [lot.name for lot in outcome.result] + list(outcome.waiting)


@given(crowd=crowds(), nonce=st.binary(min_size=32, max_size=32))
def test_everyone_gets_one_wished_slot_or_one_place_on_the_list(
    crowd: list[Entry], nonce: bytes
) -> None:
    inputs = order(crowd)

    outcome = draw_lots(inputs, nonce)

    by_name = {entry.name: entry for entry in crowd}
    given_slots = [lot.slot for lot in outcome.result]
    assert Counter(list_names(outcome)) == Counter(by_name.keys())
    assert len(set(given_slots)) == len(given_slots)
    assert set(given_slots) <= set(inputs.slots)
    for lot in outcome.result:
        assert by_name[lot.name].any or lot.slot in by_name[lot.name].wishes
    left = set(inputs.slots) - set(given_slots)
    for waiting in outcome.waiting:
        assert not left & set(by_name[waiting].wishes)
        assert not (left and by_name[waiting].any)


@given(crowd=crowds())
def test_the_order_in_which_people_registered_means_nothing(crowd: list[Entry]) -> None:
    assert draw_lots(order(crowd), NONCE) == draw_lots(order(crowd[::-1]), NONCE)


def test_whoever_is_drawn_first_gets_the_dearest_wish() -> None:
    wishes = (SLOTS[3], SLOTS[1])
    crowd = [Entry(name=name(number), wishes=wishes) for number in range(3)]

    outcome = draw_lots(order(crowd), NONCE)

    assert [lot.slot for lot in outcome.result] == [SLOTS[3], SLOTS[1]]
    assert len(outcome.waiting) == 1


def test_whom_any_time_suits_gets_the_earliest_that_is_free() -> None:
    crowd = [Entry(name=name(number), wishes=(SLOTS[0],), any=True) for number in range(2)]

    outcome = draw_lots(order(crowd), NONCE)

    assert [lot.slot for lot in outcome.result] == SLOTS[:2]


def test_every_entry_is_drawn_equally_often() -> None:
    crowd = [Entry(name=name(number), any=True) for number in range(5)]
    inputs = order(crowd, SLOTS[:1])

    firsts = Counter(
        draw_lots(inputs, number.to_bytes(32)).result[0].name for number in range(2000)
    )

    # Four degrees of freedom: beyond 18.5 once in a thousand; the nonces are always the same.
    assert sum((count - 400) ** 2 / 400 for count in firsts.values()) < 18.5


def test_anyone_can_reckon_it_again_with_nothing_but_hashes() -> None:
    text = write(order(make_crowd(200, SLOTS)))

    file = json.loads(text)
    inputs = {each: file[each] for each in ("session", "closed_at", "commitment", "slots")}
    inputs["entries"] = file["entries"]
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()
    nonce = bytes.fromhex(file["nonce"])
    seed = hashlib.sha256(nonce + hashlib.sha256(canonical).digest())
    line = sorted(
        file["entries"],
        key=lambda entry: hmac.digest(seed.digest(), entry["name"].encode(), "sha256"),
    )

    free, given_slots, waiting = sorted(file["slots"]), [], []
    for entry in line:
        wanted = [wish for wish in entry["wishes"] if wish in free]
        wanted += free if entry["any"] else []
        if wanted:
            free.remove(wanted[0])
            given_slots.append({"name": entry["name"], "slot": wanted[0]})
        else:
            waiting.append(entry["name"])
    assert hashlib.sha256(nonce).hexdigest() == file["commitment"]
    assert seed.hexdigest() == file["seed"]
    assert given_slots == file["result"]
    assert waiting == file["waiting"]


def test_a_published_file_is_found_right_and_read_as_it_was_written() -> None:
    text = write(order(make_crowd(50, SLOTS)))

    assert find_flaws(text) == []
    assert find_flaws(text.replace("\n", "\r\n") + "\r\n") == []
    assert write_file(read_file(text)) == text


def test_of_ten_thousand_registrations_for_forty_slots_no_changed_line_goes_unseen() -> None:
    text = write(order(make_crowd(10_000, MANY_SLOTS), MANY_SLOTS))
    drawn = read_file(text)

    assert find_flaws(text) == []
    assert len(drawn.result) == 40
    assert len(drawn.waiting) == 9_960
    one, other, last = drawn.entries[0], drawn.entries[1], drawn.waiting[-1]
    changes = {
        "format": ('"hotline-draw"', '"hotline-lots"'),
        "version": ('"version": 1', '"version": 2'),
        "session": ('"0123456789"', '"0123456788"'),
        "closed_at": ("2026-11-24T15:00:00Z", "2026-11-24T16:00:00Z"),
        "commitment": (drawn.commitment, "0" * 64),
        "slot": (f'\n"{MANY_SLOTS[39]}"\n', '\n"2026-11-25T23:00:00Z"\n'),
        "entry": (f'{{"name":"{one.name}"', f'{{"name":"{"0" * 16}"'),
        "entry twice": (f'{{"name":"{other.name}"', f'{{"name":"{one.name}"'),
        "nonce": (drawn.nonce, "0" * 64),
        "digest": (drawn.digest, "0" * 64),
        "seed": (drawn.seed, "0" * 64),
        "result": (f'"slot":"{drawn.result[0].slot}"', f'"slot":"{drawn.result[1].slot}"'),
        "waiting": (f'"{last}"\n', f'"{drawn.waiting[0]}"\n'),
        "line added": ('"version": 1,', '"nonce": "",\n"version": 1,'),
    }
    for kind, (old, new) in changes.items():
        assert old in text, kind
        assert find_flaws(text.replace(old, new, 1)), kind


def test_a_wish_that_is_changed_changes_the_seed() -> None:
    crowd = [Entry(name=name(1), wishes=(SLOTS[0],)), Entry(name=name(2), wishes=(SLOTS[1],))]
    text = write(order(crowd))

    changed = text.replace(f'"wishes":["{SLOTS[1]}"]', f'"wishes":["{SLOTS[2]}"]')

    assert Flaw.DIGEST in find_flaws(changed)
    assert Flaw.SEED in find_flaws(changed)


def test_a_nonce_that_was_not_committed_to_is_found_even_if_all_else_is_reckoned_anew() -> None:
    inputs = order(make_crowd(20, SLOTS))

    assert find_flaws(write(inputs, bytes(32))) == [Flaw.COMMITMENT]


@pytest.mark.parametrize("text", ["", "{}", "[]", "not a file", '{"format": "hotline-draw"}'])
def test_what_is_no_file_of_a_draw_is_called_so(text: str) -> None:
    assert find_flaws(text) == [Flaw.UNREADABLE]


def test_a_draw_without_entries_or_without_slots_is_one_too() -> None:
    assert find_flaws(write(order([]))) == []
    assert find_flaws(write(order(make_crowd(3, SLOTS), []))) == []

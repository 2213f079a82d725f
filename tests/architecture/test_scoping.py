"""Whoever asks for data of an institution says of which one.

A query that is not narrowed by ``institution`` shows one institution the citizens of another.
Those that need not be are named here, each with its reason.
"""

import ast

import pytest
from tests.architecture.code import list_modules, parse


NOUNS = {
    "sessions": ["session", "slot"],
    "replies": ["reply_mail"],
    "bookings": ["booking"],
    "appeals": ["appeal", "answer"],
    "attendance": ["invitation", "official_address"],
    "attending": ["invitation"],
    "api_keys": ["api_key"],
    "cards": ["appeal"],
    "hooks": ["hook", "hook_delivery"],
    "number_blocks": ["number_block", "reserved_number"],
    "outer_appeals": ["outer_appeal", "appeal_import"],
    "lines": ["line"],
    "officials": ["official", "post", "appointment"],
    "plans": ["session"],
    "publications": ["publication", "embedding"],
    "conflicts": ["session"],
    "series": ["series", "occurrence"],
    "occurrences": ["occurrence"],
    "official_absences": ["official_absence"],
    "approvals": ["approval", "approved_session"],
    "recordings": ["recording"],
    "letters": ["letter"],
    "letterheads": ["letterhead"],
    "attachments": ["attachment"],
    "ready_texts": ["ready_text"],
}
"""Modules of the store whose nouns belong to an institution."""

OWN_KEY = "by a key that was read from a row of the same institution, in the same transaction"
SECRET = "by a name that cannot be guessed, in a signed link or behind a proven phone"
NETWORK = "for the telephone network, which knows numbers and no institutions"
CLOCK = "for the clock, which serves all institutions"
COUNTED = "adds to a row that carries its institution"

EXCEPTIONS = {
    "api_keys.find_key": SECRET,
    "api_keys.mark_used": OWN_KEY,
    "appeals.add_answer": OWN_KEY,
    "appeals.find_answer": OWN_KEY,
    "appeals.add_appeals": "takes it within each entry",
    "appeals.find_appeal_to_follow": SECRET,
    "appeals.get_code_mac": OWN_KEY,
    "appeals.list_numbered": "for a number and a secret code, which are compared right after",
    "appeals.mark_last_day": OWN_KEY,
    "appeals.mark_state": OWN_KEY,
    "appeals.lock_forms": "locks random keys and reads nothing",
    "attendance.list_sessions_to_tell": CLOCK,
    "attendance.hand_over_invitations": CLOCK,
    "attendance.get_facts": OWN_KEY,
    "attendance.list_invited": OWN_KEY,
    "attendance.find_invited_now": OWN_KEY,
    "attendance.find_last_sequence": OWN_KEY,
    "attendance.save_invitation": "takes it within the facts",
    "attendance.mark_seen": OWN_KEY,
    "attendance.mark_uninvited": OWN_KEY,
    "attendance.mark_answer": OWN_KEY,
    "attendance.mark_asked_again": OWN_KEY,
    "attendance.note_official_message": OWN_KEY,
    "attending.list_near": CLOCK,
    "attending.is_reminder_true": OWN_KEY,
    "bookings.add_booking": COUNTED,
    "bookings.find_booking": SECRET,
    "bookings.find_booking_by_code": OWN_KEY,
    "bookings.find_live_booking": OWN_KEY,
    "bookings.get_code_mac": OWN_KEY,
    "bookings.list_codes_of": SECRET,
    "bookings.list_taken": OWN_KEY,
    "bookings.lock_booking": SECRET,
    "bookings.mark_booking": OWN_KEY,
    "bookings.mark_call_wanted": OWN_KEY,
    "bookings.mark_question": OWN_KEY,
    "bookings.put_into_slot": OWN_KEY,
    "hooks.add_deliveries": OWN_KEY,
    "hooks.delete_hook": OWN_KEY,
    "hooks.erase_deliveries": CLOCK,
    "hooks.list_deliveries": OWN_KEY,
    "hooks.lock_lagging_hook": CLOCK,
    "hooks.mark_going": OWN_KEY,
    "hooks.mark_stopped": OWN_KEY,
    "hooks.mark_told": OWN_KEY,
    "hooks.mark_untold": OWN_KEY,
    "hooks.take_due_deliveries": CLOCK,
    "attachments.mark_paper_removed": OWN_KEY,
    "letters.add_letter": COUNTED,
    "letters.list_sources": OWN_KEY,
    "lines.list_lines_of_number": NETWORK,
    "lines.find_successor": NETWORK,
    "lines.replace_line": OWN_KEY,
    "officials.add_appointment": OWN_KEY,
    "number_blocks.is_number_open": OWN_KEY,
    "number_blocks.list_numbers": OWN_KEY,
    "number_blocks.mark_block_closed": OWN_KEY,
    "number_blocks.mark_number_cancelled": OWN_KEY,
    "number_blocks.mark_number_used": OWN_KEY,
    "outer_appeals.erase_files": CLOCK,
    "outer_appeals.mark_taken": OWN_KEY,
    "plans.mark_phones": OWN_KEY,
    "replies.claim_letter": "a letter belongs to no institution before it is read",
    "replies.find_outcome": "as above",
    "replies.mark_outcome": OWN_KEY,
    "replies.list_named": SECRET,
    "replies.find_answer_stamp": OWN_KEY,
    "replies.mark_answer_stamp": OWN_KEY,
    "replies.mark_bounced": SECRET,
    "recordings.add_play": OWN_KEY,
    "recordings.add_recorded_question": COUNTED,
    "recordings.find_recorded_call": NETWORK,
    "recordings.find_recording_by_sid": NETWORK,
    "recordings.is_listening": OWN_KEY,
    "recordings.link_to_question": OWN_KEY,
    "recordings.list_plays": OWN_KEY,
    "recordings.lock_or_add_recording": COUNTED,
    "recordings.lock_recording": CLOCK,
    "recordings.mark_intended": CLOCK,
    "recordings.mark_recording": CLOCK,
    "recordings.list_running_talks": OWN_KEY,
    "recordings.take_due_recording": CLOCK,
    "recordings.take_expired_recording": CLOCK,
    "approvals.mark_failed": OWN_KEY,
    "approvals.take_due_approval": CLOCK,
    "conflicts.clashes_refused": "reads nothing: it puts a refusal of the database into words",
    "occurrences.hand_over_day": OWN_KEY,
    "occurrences.mark_by_hand": OWN_KEY,
    "official_absences.lock_schedule": "locks the institution that it is given and reads nothing",
    "sessions.add_slots": OWN_KEY,
    "sessions.mark_moved_to": OWN_KEY,
    "sessions.find_session": "says only that a session exists; what is public is public",
    "sessions.find_sessions": "for the look at the network, by keys from the legs that it is about",
    "sessions.hold_session": "to book: every citizen may book in every institution",
    "sessions.add_session_event": OWN_KEY,
    "sessions.count_wrong_code": OWN_KEY,
    "sessions.draw_turn": OWN_KEY,
    "sessions.hasten_look": OWN_KEY,
    "sessions.lock_answering": NETWORK,
    "sessions.list_to_look_at": CLOCK,
    "sessions.mark_automatic": OWN_KEY,
    "sessions.mark_end": OWN_KEY,
    "sessions.mark_look_at": OWN_KEY,
    "sessions.mark_official_due": OWN_KEY,
    "sessions.mark_shortened": OWN_KEY,
    "sessions.mark_substitute": OWN_KEY,
    "sessions.list_free_starts": OWN_KEY,
    "sessions.list_slots": OWN_KEY,
    "sessions.lock_session": OWN_KEY,
    "sessions.mark_next_wanted": OWN_KEY,
    "sessions.mark_state": OWN_KEY,
}


def list_queries() -> dict[str, ast.AsyncFunctionDef]:
    return {
        f"{path.stem}.{node.name}": node
        for path in list_modules("store")
        if path.parent.name == "store" and path.stem in NOUNS
        for node in parse(path).body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
    }


def names_institution(node: ast.AsyncFunctionDef) -> bool:
    """Whether ``institution`` must be given, by its name."""
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return any(argument.arg == "institution" and default is None for argument, default in pairs)


def is_used(node: ast.AsyncFunctionDef) -> bool:
    """Whether ``institution`` reaches the query."""
    return any(
        isinstance(inner, ast.Name) and inner.id == "institution"
        for statement in node.body
        for inner in ast.walk(statement)
    )


def test_every_query_says_of_which_institution_or_why_not() -> None:
    queries = list_queries()
    open_ones = {name for name, node in queries.items() if not names_institution(node)}

    assert open_ones <= set(EXCEPTIONS), open_ones - set(EXCEPTIONS)


def test_an_institution_that_is_given_is_used() -> None:
    unused = [n for n, node in list_queries().items() if names_institution(node) != is_used(node)]

    assert not set(unused) - set(EXCEPTIONS), unused


def test_no_exception_is_left_over() -> None:
    queries = list_queries()
    stale = {name for name in EXCEPTIONS if name not in queries or names_institution(queries[name])}

    assert not stale, stale


@pytest.mark.parametrize(
    ("signature", "named"),
    [
        ("*, institution", True),
        ("*, institution=None", False),
        ("institution", False),
        ("key", False),
    ],
)
def test_a_query_without_it_would_be_found(signature: str, *, named: bool) -> None:
    node = ast.parse(f"async def find({signature}): ...").body[0]

    assert isinstance(node, ast.AsyncFunctionDef)
    assert names_institution(node) is named

"""A test of a guard proves something only if it fails without the guard.

Each test below is listed with the one that takes the guard away and sees the harm happen.
"""

import ast

import pytest
from tests.architecture.code import ROOT, parse


CONTROLS = {
    "services/test_bookings.py::test_a_slot_is_given_once_even_to_callers_who_did_not_see_each_other": (  # noqa: E501 - a name
        "services/test_bookings.py::test_without_its_guard_a_slot_would_be_given_twice"
    ),
    "services/test_bookings.py::test_one_phone_books_one_slot_of_a_session_even_twice_at_once": (
        "services/test_bookings.py::test_without_its_guard_one_phone_would_book_two_slots"
    ),
    "services/test_bookings.py::test_a_slot_is_moved_to_once_even_by_callers_who_did_not_see_each_other": (  # noqa: E501 - a name
        "services/test_bookings.py::test_without_its_guard_a_slot_would_be_moved_to_twice"
    ),
    "services/test_booking_limits.py::test_wishes_at_the_same_time_do_not_pass_the_cap_together": (
        "services/test_booking_limits.py::test_without_the_lock_of_the_phone_they_would_pass_it_together"
    ),
    "services/test_waiting_list_at_once.py::test_a_slot_is_offered_to_one_even_by_those_who_did_not_see_each_other": (  # noqa: E501 - a name
        "services/test_waiting_list_at_once.py::test_without_its_guard_a_slot_would_be_offered_to_two"
    ),
    "services/test_waiting_list_at_once.py::test_who_joins_while_a_slot_falls_free_is_offered_it": (
        "services/test_waiting_list_at_once.py::test_without_the_lock_of_the_list_he_would_wait_beside_a_free_slot"
    ),
    "services/test_calendar_editions.py::test_an_appeal_registered_while_the_calendar_changes_does_not_slip_through": (  # noqa: E501 - a name
        "services/test_calendar_editions.py::test_without_the_lock_of_the_calendar_it_would_slip_through"
    ),
    "cli/test_bench_booking.py::test_two_servers_give_a_slot_once_in_every_round": (
        "cli/test_bench_booking.py::test_without_the_guards_two_servers_would_give_it_more_than_once"
    ),
    "services/test_booking_codes.py::test_calls_at_the_same_time_guess_no_oftener_than_one": (
        "services/test_booking_codes.py::test_without_its_guard_they_would_guess_oftener"
    ),
    "services/test_code_caps.py::test_requests_at_once_do_not_pass_the_cap_together": (
        "services/test_code_caps.py::test_without_the_lock_they_would_pass_it_together"
    ),
    "web/pages/test_enumeration.py::test_a_booking_of_an_unknown_phone_is_refused_as_one_with_a_wrong_code": (  # noqa: E501 - a name
        "web/pages/test_enumeration.py::test_without_equal_work_a_known_phone_would_cost_more"
    ),
    "services/test_code_gate.py::test_of_copies_sent_at_once_one_passes": (
        "services/test_code_gate.py::test_without_its_guard_all_copies_would_pass"
    ),
    "services/test_appeals.py::test_numbers_have_no_gap_when_some_of_many_at_once_fail": (
        "services/test_appeals.py::test_a_sequence_in_place_of_the_counter_would_leave_a_gap"
    ),
    "store/test_appeal_history.py::test_the_end_of_the_chain_is_free_until_all_else_is_done": (
        "store/test_appeal_history.py::test_a_step_written_at_once_would_keep_the_others_waiting"
    ),
    "chaos/test_registers.py::test_nothing_is_lost_or_given_twice_when_anything_is_killed": (
        "services/test_integrity.py::test_with_a_sequence_in_place_of_the_counter_the_look_finds_the_gap"
    ),
    "services/test_booking_appeals.py::test_a_booking_makes_one_appeal_even_when_the_form_comes_twice_at_once": (  # noqa: E501 - a name
        "services/test_booking_appeals.py::test_without_its_guard_a_booking_would_make_two_appeals"
    ),
    "services/test_booking_choices.py::test_a_claim_is_exchanged_once_even_for_two_times_at_once": (
        "services/test_booking_choices.py::test_without_its_guard_a_claim_would_be_exchanged_twice"
    ),
    "services/test_booking_choices.py::test_of_two_choices_at_once_one_counts": (
        "services/test_booking_choices.py::test_without_its_guard_two_choices_would_be_carried_out_at_once"
    ),
    "services/test_shortening.py::test_nobody_loses_a_time_whom_staff_have_not_seen": (
        "services/test_shortening.py::test_without_the_lock_of_the_session_somebody_unseen_would_lose_it"
    ),
    "services/test_last_walls.py::test_of_two_citizens_put_through_at_once_one_comes_to_the_air": (
        "services/test_last_walls.py::test_without_the_lock_and_the_wall_two_citizens_would_be_on_the_air"
    ),
    "services/test_last_walls.py::test_the_wall_stands_for_who_is_held_or_on_the_way_back_too": (
        "services/test_last_walls.py::test_with_the_wall_of_before_a_held_talk_would_be_joined_by_another"
    ),
    "services/test_last_walls.py::test_a_citizen_is_promised_one_call_and_rung_once": (
        "services/test_last_walls.py::test_without_its_guard_a_citizen_would_be_rung_twice_at_once"
    ),
    "services/test_last_walls.py::test_for_a_booking_one_promise_is_made_and_kept_once": (
        "services/test_last_walls.py::test_without_its_guard_a_promise_that_was_kept_would_be_made_again"
    ),
    "services/test_last_walls.py::test_a_dropped_talk_is_gone_on_with_by_one_call": (
        "services/test_last_walls.py::test_without_its_guard_two_would_go_on_with_one_talk"
    ),
    "services/test_last_walls.py::test_an_operator_comes_into_one_of_two_sessions_opened_at_once": (
        "services/test_last_walls.py::test_without_its_guard_an_operator_would_be_rung_into_two_sessions"
    ),
    "services/test_last_walls.py::test_a_talk_makes_one_question_even_when_it_begins_twice_at_once": (  # noqa: E501 - a name
        "services/test_last_walls.py::test_without_its_guard_a_talk_would_make_two_questions"
    ),
    "services/test_rules.py::test_of_two_who_save_at_once_one_is_told_of_the_other": (
        "services/test_rules.py::test_without_the_check_one_would_overwrite_the_other_unseen"
    ),
    "services/test_draws.py::test_two_processes_at_once_make_one_draw": (
        "services/test_draws.py::test_without_its_guard_the_lots_would_fall_again"
    ),
    "services/test_appeal_life.py::test_the_database_closes_no_appeal_with_a_question_unanswered": (
        "services/test_appeal_life.py::test_without_its_guard_it_would_close_it"
    ),
    "services/test_appeal_life.py::test_the_database_takes_no_executor_complained_of": (
        "services/test_appeal_life.py::test_without_its_guards_an_executor_complained_of_would_be_taken"
    ),
    "services/test_appeal_life_in_any_order.py::test_whatever_is_done_with_an_appeal_the_law_is_kept": (  # noqa: E501 - a name
        "services/test_appeal_life_in_any_order.py::test_without_its_trigger_the_same_look_would_find_an_appeal_closed_unanswered"
    ),
    "services/test_outer_appeals.py::test_a_list_taken_twice_at_once_is_taken_once": (
        "services/test_outer_appeals.py::test_without_its_guards_a_list_would_be_taken_twice"
    ),
    "services/test_recordings.py::test_a_recording_is_written_down_once": (
        "services/test_recordings.py::test_without_its_guard_repeated_news_would_make_two_rows"
    ),
    "services/test_transcripts.py::test_a_sentence_is_kept_once_whatever_is_sent_again": (
        "services/test_transcripts.py::test_without_its_guard_a_sentence_would_be_kept_twice"
    ),
    "services/test_senders_killed.py::test_of_a_thousand_reminders_none_is_sent_twice_or_lost_however_often_senders_die": (  # noqa: E501 - a name
        "services/test_senders_killed.py::test_if_reminders_might_be_repeated_some_would_be_sent_twice"
    ),
    "services/test_conflicts.py::test_of_two_who_did_not_see_each_other_the_database_refuses_one": (
        "services/test_conflicts.py::test_without_its_guard_both_would_be_planned"
    ),
    "services/test_official_absences.py::test_an_official_is_away_once_a_day_even_for_two_who_note_it_at_once": (  # noqa: E501 - a name
        "services/test_official_absences.py::test_without_its_guard_an_official_would_be_away_twice"
    ),
    "services/test_series.py::test_a_day_of_a_series_has_one_session_even_for_two_who_renew_it_at_once": (  # noqa: E501 - a name
        "services/test_series.py::test_without_lock_and_guard_a_day_would_have_two_sessions"
    ),
    "services/test_approvals.py::test_two_processes_announce_a_schedule_once": (
        "services/test_approvals.py::test_without_its_lock_both_would_announce_it"
    ),
    "store/test_hints.py::test_pages_cannot_take_the_connections_that_telephones_wait_for": (
        "store/test_hints.py::test_in_one_pool_for_all_a_page_would_keep_a_telephone_waiting"
    ),
    "architecture/test_routes.py::test_every_route_is_guarded_or_named_as_public": (
        "architecture/test_routes.py::test_a_route_without_a_guard_would_be_found"
    ),
    "architecture/test_scoping.py::test_every_query_says_of_which_institution_or_why_not": (
        "architecture/test_scoping.py::test_a_query_without_it_would_be_found"
    ),
    "architecture/test_privacy.py::test_no_log_line_is_handed_a_private_fact": (
        "architecture/test_privacy.py::test_a_private_fact_in_a_log_line_would_be_found"
    ),
    "architecture/test_time.py::test_only_the_clocks_ask_what_time_it_is": (
        "architecture/test_time.py::test_an_asking_would_be_found"
    ),
    "architecture/test_statutory_numbers.py::test_no_statutory_term_stands_outside_the_tables": (
        "architecture/test_statutory_numbers.py::test_a_bare_term_would_be_found"
    ),
}  # fmt: skip


def exists(test: str) -> bool:
    file, _, name = test.partition("::")
    tree = parse(ROOT / "tests" / file)
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
        for node in ast.walk(tree)
    )


@pytest.mark.parametrize("test", [*CONTROLS, *CONTROLS.values()])
def test_every_test_of_a_guard_and_its_negative_control_are_there(test: str) -> None:
    assert exists(test)

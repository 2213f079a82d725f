"""Letters are taken from a real connection, and put away without any being lost."""

import pytest
from msgspec.structs import replace
from tests.gateways.imap_server import Store, serving

from hotline_sessions.domain.network import RetryLater
from hotline_sessions.domain.replies import Unread
from hotline_sessions.gateways.imap import (
    DONE_FOLDER,
    LARGEST_BYTES,
    LOOK_FOLDER,
    ImapAccount,
    ImapFailure,
    ImapMailbox,
)


pytestmark = pytest.mark.anyio

LETTER = b"From: a@council.example\nMessage-ID: <%d@council.example>\nSubject: x\n\nHello\n"


@pytest.mark.parametrize("able", ["IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
async def test_letters_are_taken_and_put_into_one_of_two_folders(able: str) -> None:
    store = Store(able=able)
    for number in range(3):
        store.put(LETTER % number)
    async with serving(store) as account:
        mailbox = ImapMailbox(account)
        first = await mailbox.take(limit=2)
        again = await mailbox.take(limit=2)
        await mailbox.put_away({first[0].handle: True, first[1].handle: False})
        rest = await mailbox.take(limit=9)

    assert [each.key for each in first] == [each.key for each in again]
    assert len({each.key for each in [*first, *rest]}) == 3
    assert [len(each) for each in (first, rest)] == [2, 1]
    assert [store.count(folder) for folder in (DONE_FOLDER, LOOK_FOLDER)] == [1, 1]


async def test_a_letter_that_is_too_large_is_not_even_fetched() -> None:
    store = Store()
    store.put(LETTER % 1 + b"x" * LARGEST_BYTES)
    async with serving(store) as account:
        [letter] = await ImapMailbox(account).take(limit=9)

    assert letter.content is Unread.TOO_LARGE


async def test_numbers_of_another_age_of_the_folder_move_nothing() -> None:
    store = Store()
    store.put(LETTER % 1)
    async with serving(store) as account:
        [letter] = await ImapMailbox(account).take(limit=9)
        store.validity += 1
        await ImapMailbox(account).put_away({letter.handle: True})

    assert store.count("INBOX") == 1


async def test_a_server_that_hangs_up_means_later() -> None:
    store = Store()
    store.is_deaf = True
    async with serving(store) as account:
        with pytest.raises(RetryLater):
            await ImapMailbox(account).take(limit=9)


@pytest.mark.parametrize(
    ("wrong", "failure"),
    [
        ({}, None),
        ({"port": 1}, ImapFailure.UNREACHABLE),
        ({"tls": "tls"}, ImapFailure.NOT_ENCRYPTED),
        ({"tls": "starttls"}, ImapFailure.NOT_ENCRYPTED),
        ({"password": "x"}, ImapFailure.LOGIN_REFUSED),
        ({"folder": "none"}, ImapFailure.NO_FOLDER),
    ],
)
async def test_what_is_wrong_has_a_name(
    wrong: dict[str, object], failure: ImapFailure | None
) -> None:
    async with serving(Store()) as account:
        asked: ImapAccount = replace(account, **wrong)

        assert await ImapMailbox(asked).find_failure() is failure

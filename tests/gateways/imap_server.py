"""A small IMAP server: one user, folders in memory, as much of RFC 3501 as a reader of mail needs.

It speaks the protocol byte by byte over a socket and shares nothing with what is tested.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count

from hotline_sessions.gateways.imap import ImapAccount


USER, PASSWORD = "line", 'pass "word" \\'

_WORDS = re.compile(rb'"(?:[^"\\]|\\.)*"|\([^)]*\)|\S+')


class Store:
    """Folders with numbered letters; ``able`` is what the server says that it can."""

    def __init__(self, *, able: str = "IMAP4rev1 MOVE UIDPLUS") -> None:
        self.able = able
        self.validity = 7
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}}
        self.deleted: set[int] = set()
        self.numbers = count(1)
        self.is_deaf = False

    def put(self, letter: bytes, folder: str = "INBOX") -> int:
        """A letter arrives."""
        number = next(self.numbers)
        self.folders[folder][number] = letter.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return number

    def count(self, folder: str) -> int:
        """How many letters a folder holds."""
        return len(self.folders.get(folder, {}))


class Talk:
    """One connection."""

    def __init__(self, store: Store, writer: asyncio.StreamWriter) -> None:
        self.store, self.writer = store, writer
        self.is_in = False
        self.folder = ""

    def say(self, line: bytes) -> None:
        self.writer.write(line + b"\r\n")

    def answer(self, command: bytes, words: list[bytes]) -> bytes:
        """Do one command; the answer without its tag."""
        store = self.store
        if command == b"CAPABILITY":
            self.say(b"* CAPABILITY " + store.able.encode())
            return b"OK done"
        if command == b"LOGIN":
            self.is_in = [_bare(each) for each in words] == [USER, PASSWORD]
            return b"OK welcome" if self.is_in else b"NO wrong"
        if command == b"LOGOUT":
            self.say(b"* BYE")
            return b"OK bye"
        if not self.is_in:
            return b"NO sign in first"
        if command in {b"SELECT", b"EXAMINE"}:
            self.folder = _bare(words[0])
            if self.folder not in store.folders:
                return b"NO no such folder"
            self.say(b"* %d EXISTS" % store.count(self.folder))
            self.say(b"* OK [UIDVALIDITY %d] valid" % store.validity)
            return b"OK [READ-WRITE] here"
        if command == b"CREATE":
            if _bare(words[0]) in store.folders:
                return b"NO [ALREADYEXISTS] there is one"
            store.folders[_bare(words[0])] = {}
            return b"OK made"
        if command == b"UID":
            return self.by_number(words[0].upper(), words[1:])
        return b"BAD unknown"

    def by_number(self, command: bytes, words: list[bytes]) -> bytes:
        store, here = self.store, self.store.folders[self.folder]
        if command == b"SEARCH":
            found = [b"%d" % each for each in here if each not in store.deleted]
            self.say(b"* SEARCH " + b" ".join(found))
            return b"OK found"
        wanted = [int(each) for each in words[0].split(b",") if int(each) in here]
        if command == b"FETCH":
            for place, number in enumerate(wanted, start=1):
                letter = here[number]
                if b"SIZE" in words[1]:
                    self.say(b"* %d FETCH (UID %d RFC822.SIZE %d)" % (place, number, len(letter)))
                else:
                    head = b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (place, number, len(letter))
                    self.writer.write(head + letter + b")\r\n")
            return b"OK fetched"
        if command == b"STORE":
            store.deleted |= set(wanted)
            return b"OK marked"
        if command == b"EXPUNGE":
            for number in wanted:
                here.pop(number)
            return b"OK gone"
        if command not in {b"MOVE", b"COPY"} or (command == b"MOVE" and "MOVE" not in store.able):
            return b"BAD unknown"
        target = store.folders.get(_bare(words[1]))
        if target is None:
            return b"NO [TRYCREATE] no such folder"
        for number in wanted:
            target[next(store.numbers)] = here[number]
            if command == b"MOVE":
                here.pop(number)
        return b"OK moved"


def _bare(word: bytes) -> str:
    text = word.decode()
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


@asynccontextmanager
async def serving(store: Store) -> AsyncIterator[ImapAccount]:
    """The server, and how to sign in to it."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        talk = Talk(store, writer)
        talk.say(b"* OK ready")
        with suppress(ConnectionError, ValueError):  # It is no IMAP, or nobody is there any more.
            while (line := await reader.readline()) and not store.is_deaf:
                tag, command, *words = _WORDS.findall(line)
                answer = talk.answer(command.upper(), words)
                talk.say(tag + b" " + answer)
                if command.upper() == b"LOGOUT":
                    break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield ImapAccount(host="127.0.0.1", port=port, user=USER, password=PASSWORD, tls="none")
    finally:
        server.close()
        for each in writers:
            each.close()
        await server.wait_closed()

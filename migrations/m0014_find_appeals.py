from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T22:00:00:000014"
VERSION = "1.38.0"
DESCRIPTION = "Find appeals by words, by what is due and by day, among millions of them."

FORWARDS = """
-- Numbers in an index of words: so that those of one institution are looked through alone.
create extension if not exists btree_gin;

-- Dictionary forms of the words of a card. Beside the card, so that looking through them
-- does not read the cards, and writing them anew does not write the cards anew.
create table appeal_words (
    appeal bigint primary key references appeal (id) on delete restrict,
    institution bigint not null references institution (id) on delete restrict,
    words tsvector not null
);
-- Without a list of what is still to be put in: who registers would have to empty it.
create index words_of_appeals on appeal_words using gin (institution, words)
    with (fastupdate = off);
create index words_of_newest_appeals on appeal_words (institution, appeal);

-- What waits for an answer, by its last lawful day.
create index open_appeals on appeal (institution, legal_on, id)
    where state not in ('answered', 'closed', 'returned', 'forwarded', 'stopped');

-- The newest ones, and those of a time.
create index appeals_by_day on appeal (institution, received_on, id);
create index appeals_by_phone on appeal (institution, phone) where phone <> '';
"""

BACKWARDS = """
drop index appeals_by_phone;
drop index appeals_by_day;
drop index open_appeals;
drop table appeal_words;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000045"
VERSION = "1.38.0"
DESCRIPTION = "Find words in the cards of one institution without looking at those of all others."

# The index lists for each word the cards of everybody; with the institution before it, those of
# one: where there are many institutions, lists are as much shorter.
FORWARDS = """
drop index words_of_appeals;
update appeal_words w set words = array_to_tsvector(
    array(select w.institution || '/' || each from unnest(tsvector_to_array(w.words)) each));
create index words_of_appeals on appeal_words using gin (words) with (fastupdate = off);
"""

BACKWARDS = """
drop index words_of_appeals;
update appeal_words w set words = array_to_tsvector(
    array(select split_part(each, '/', 2) from unnest(tsvector_to_array(w.words)) each));
create index words_of_appeals on appeal_words using gin (institution, words)
    with (fastupdate = off);
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

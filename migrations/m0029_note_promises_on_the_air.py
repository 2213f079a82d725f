from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T09:00:00:000029"
VERSION = "1.38.0"
DESCRIPTION = "Say in which talk something was promised, and what a promise said before."

FORWARDS = """
alter table promise add column call bigint references call (id) on delete restrict;
create index promises_of_calls on promise (call) where call is not null;
alter table promise_change add column text_before varchar(1000) not null default '';
"""

BACKWARDS = """
alter table promise_change drop column text_before;
alter table promise drop column call;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

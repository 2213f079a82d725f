from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T17:20:00:000034"
VERSION = "1.38.0"
DESCRIPTION = "Remember which number has replaced which."

FORWARDS = """
alter table line add column replaced_by bigint references line (id) on delete restrict;
alter table line add constraint replaced_by_another_when_gone
    check (replaced_by is null or (replaced_by <> id and valid_to is not null));
create index lines_that_were_replaced on line (number) where replaced_by is not null;
"""

BACKWARDS = """
drop index lines_that_were_replaced;
alter table line drop constraint replaced_by_another_when_gone;
alter table line drop column replaced_by;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

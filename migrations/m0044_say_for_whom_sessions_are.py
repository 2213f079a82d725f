from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000044"
VERSION = "1.38.0"
DESCRIPTION = "Say for which community a session is, and its series."

FORWARDS = "alter table series add column community varchar(120) not null default '';"
BACKWARDS = "alter table series drop column community;"


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_column(
        table_class_name="SessionRow",
        tablename="session",
        column_name="community",
        db_column_name="community",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 120,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

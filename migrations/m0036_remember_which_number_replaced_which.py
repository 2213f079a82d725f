from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import BigSerial, ForeignKey
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000036"
VERSION = "1.38.0"
DESCRIPTION = "Remember which number has replaced which."


class LineRow(Table, tablename="line", schema=None):
    id = BigSerial(
        null=False,
        primary_key=True,
        unique=False,
        index=False,
        index_method=IndexMethod.btree,
        choices=None,
        db_column_name="id",
        secret=False,
    )


FORWARDS = """
alter table line add constraint replaced_by_another_when_gone
    check (replaced_by is null or (replaced_by <> id and valid_to is not null));
create index lines_that_were_replaced on line (number) where replaced_by is not null;
"""

BACKWARDS = """
drop index lines_that_were_replaced;
alter table line drop constraint replaced_by_another_when_gone;
"""


class GuardedMigration(MigrationManager):
    """The column and its guards in one transaction: Piccolo runs plain SQL before the tables."""

    async def run(self, backwards=False):
        async with DB.transaction():
            if backwards:
                await run(BACKWARDS)
            await super().run(backwards=backwards)
            if not backwards:
                await run(FORWARDS)


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = GuardedMigration(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_column(
        table_class_name="LineRow",
        tablename="line",
        column_name="replaced_by",
        db_column_name="replaced_by",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": LineRow,
            "on_delete": OnDelete.restrict,
            "on_update": OnUpdate.cascade,
            "target_column": None,
            "null": True,
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
    return manager

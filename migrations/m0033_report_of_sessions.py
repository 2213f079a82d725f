from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T10:00:00:000033"
VERSION = "1.38.0"
DESCRIPTION = "Report to the public what came of sessions."

FORWARDS = """
create table session_report (
    id bigserial primary key,
    institution bigint not null references institution (id) on delete restrict,
    session bigint not null references session (id) on delete restrict,
    state varchar(10) not null
        check (state in ('proposed', 'published', 'replaced', 'withdrawn')),
    words varchar(5000) not null,
    figures jsonb not null,
    drawn_on date not null,
    proposed_by bigint not null references account (id) on delete restrict,
    proposed_at timestamptz not null,
    approved_by bigint references account (id) on delete restrict,
    approved_at timestamptz,
    reason varchar(500) not null default '',
    -- The public reads nothing that one person alone has looked at.
    constraint session_report_of_two_people check (
        case when state = 'published' then approved_by is not null else true end
        and (approved_by is null or approved_by <> proposed_by)
    )
);
create index reports_of_sessions on session_report (session, id);
create unique index one_proposed_report on session_report (session) where state = 'proposed';
create unique index one_published_report on session_report (session) where state = 'published';
"""

BACKWARDS = "drop table session_report;"


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

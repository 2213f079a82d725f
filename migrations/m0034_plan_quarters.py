from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000034"
VERSION = "1.38.0"
DESCRIPTION = "Plan quarters."

FORWARDS = """
create table quarter_plan (
    id bigserial primary key,
    public_id varchar(12) not null unique,
    institution bigint not null references institution (id) on delete restrict,
    version integer not null default 1,
    state varchar(16) not null
        check (state in ('draft', 'queued', 'ready', 'impossible', 'failed')),
    settings jsonb not null,
    progress jsonb,
    answer jsonb,
    asked_at timestamptz,
    leased_until timestamptz,
    tries integer not null default 0,
    created_by bigint not null references account (id) on delete restrict,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index quarter_plan_by_institution on quarter_plan (institution, created_at);
create index quarter_plan_queued on quarter_plan (asked_at) where state = 'queued';

-- A proposed session; it becomes a draft when staff take the plan into the schedule.
create table quarter_place (
    plan bigint not null references quarter_plan (id) on delete cascade,
    post bigint not null references post (id) on delete restrict,
    official bigint references official (id) on delete restrict,
    line bigint not null references line (id) on delete restrict,
    held_on date not null,
    clock time not null,
    is_pinned boolean not null default false,
    session bigint references session (id) on delete set null,
    refusal varchar(60) not null default '',
    constraint one_place_a_day_and_post primary key (plan, post, held_on),
    constraint one_place_on_a_line unique (plan, held_on, clock, line)
);
"""

BACKWARDS = """
drop table quarter_place;
drop table quarter_plan;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000041"
VERSION = "1.38.0"
DESCRIPTION = "Post announced sessions to Telegram channels, and keep the posts true."

FORWARDS = """
create table telegram_channel (
    institution bigint primary key references institution (id) on delete restrict,
    chat varchar(33) not null check (chat ~ '^@[A-Za-z][A-Za-z0-9_]{3,31}$'),
    posts_by_itself boolean not null,
    made_by bigint not null references account (id) on delete restrict,
    failure varchar(20),
    failed_at timestamptz,
    constraint failures_of_channels_have_a_time check ((failure is null) = (failed_at is null))
);
-- One channel belongs to one institution: the bot may write to all of them.
create unique index one_institution_per_channel on telegram_channel (lower(chat));

-- A session in a channel: one post, however often it is asked for. One that is not wanted was
-- announced before the channel posted by itself.
create table telegram_post (
    id bigserial primary key,
    institution bigint not null references institution (id) on delete restrict,
    session bigint not null references session (id) on delete cascade,
    chat varchar(33) not null,
    is_wanted boolean not null,
    message bigint check (message > 0),
    version integer not null default 0 check (version >= 0),
    edition varchar(16) not null default '',
    made_by bigint not null references account (id) on delete restrict,
    made_at timestamptz not null,
    constraint one_post_per_session_and_channel unique (session, chat)
);
create index posts_of_institutions on telegram_post (institution);

-- What a post shall say: each version is sent once, the last one wins.
create table telegram_version (
    id bigserial primary key,
    post bigint not null references telegram_post (id) on delete cascade,
    version integer not null check (version > 0),
    body text not null check (body <> ''),
    facts jsonb not null,
    state varchar(10) not null default 'waiting'
        check (state in ('waiting', 'sending', 'sent', 'replaced', 'unknown', 'failed')),
    reason varchar(20) not null default '',
    attempts integer not null default 0,
    due_at timestamptz not null,
    noted_at timestamptz not null,
    ended_at timestamptz,
    constraint one_text_per_version unique (post, version)
);
create index versions_to_send on telegram_version (due_at) where state in ('waiting', 'sending');
-- Nothing is sent of a post while it is not known what became of the last sending.
create unique index one_version_under_way on telegram_version (post)
    where state in ('sending', 'unknown');
"""

BACKWARDS = """
drop table telegram_version;
drop table telegram_post;
drop table telegram_channel;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

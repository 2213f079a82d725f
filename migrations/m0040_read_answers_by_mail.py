from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T18:00:00:000040"
VERSION = "1.38.0"
DESCRIPTION = "Read what officials answer by mail, each letter once."

FORWARDS = """
alter table invitation add column answer_stamped_at timestamptz;

-- Every letter that was read, without its text. Those that name an invitation and were not taken
-- are shown to staff until somebody has seen to them.
create table reply_mail (
    id bigserial primary key,
    key varchar(64) not null,
    invitation bigint references invitation (id) on delete cascade,
    outcome varchar(12) not null default 'taken' check (outcome in (
        'taken', 'applied', 'outdated', 'bounce', 'forged', 'unfit', 'unknown', 'unread')),
    sender varchar(254) not null default '',
    answer varchar(12) check (answer in ('accepted', 'declined', 'tentative', 'proposed')),
    received_at timestamptz not null,
    seen_by bigint references account (id) on delete restrict,
    seen_at timestamptz,
    constraint each_letter_is_read_once unique (key),
    constraint odd_replies_are_seen_whole check ((seen_by is null) = (seen_at is null))
);
create index replies_to_invitations on reply_mail (invitation);
create index odd_replies on reply_mail (invitation)
    where outcome in ('forged', 'unfit') and seen_at is null;
"""

BACKWARDS = """
drop table reply_mail;
alter table invitation drop column answer_stamped_at;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-23T09:00:00:000029"
VERSION = "1.38.0"
DESCRIPTION = "Note promises in talks; count no claim to a talk as one of the month."

FORWARDS = """
alter table promise add column call bigint references call (id) on delete restrict;
create index promises_of_calls on promise (call) where call is not null;
alter table promise_change add column text_before varchar(1000) not null default '';

create index changes_of_rules on audit (institution, id) where action = 'rules_changed';

-- A booking that holds no time any more: its session was shortened and the slot fell away, or was
-- over before its owner could be heard. Who has missed a talk has no booking then.
create function is_claim(
    booking_state text, session_state text, slot_starts_at timestamptz, slot_ends_at timestamptz,
    session_starts_at timestamptz, session_ends_at timestamptz)
returns boolean language sql immutable as $$
    select booking_state = 'booked' and (
        session_state = 'closed' or slot_starts_at < session_starts_at
        or slot_ends_at > session_ends_at)
$$;

do $do$
declare
    source text := pg_get_functiondef('book_many'::regproc);
    called_off text := $$y.state not in ('cancelled', 'rescheduled')
$$;
    claimed text := $$y.state not in ('cancelled', 'rescheduled')
                and not is_claim(b.state, y.state, w.starts_at, w.ends_at, y.starts_at, y.ends_at)
$$;
begin
    if position(called_off in source) = 0 then
        raise exception 'book_many counts talks in another way';
    end if;
    execute replace(source, called_off, claimed);
end $do$;
"""

BACKWARDS = """
do $do$
declare
    source text := pg_get_functiondef('book_many'::regproc);
    claimed text := $$
                and not is_claim(b.state, y.state, w.starts_at, w.ends_at, y.starts_at, y.ends_at)$$;
begin
    execute replace(source, claimed, '');
end $do$;
drop function is_claim;
drop index changes_of_rules;
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

from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T22:00:00:000028"
VERSION = "1.38.0"
DESCRIPTION = "Give no unit a head who would owe an appeal that complains of them."

FORWARDS = """
create index complained_of_units on complained_of (unit) where unit is not null;
create index complained_of_officials on complained_of (official) where official is not null;

-- Law 393/96, art. 7: a new head of a unit brings the unit, or himself, among those who may not
-- deal with an appeal; what is still owed must be given to others first.
create function refuse_head_complained_of() returns trigger language plpgsql as $$
begin
    if exists (select from assignment t cross join lateral barred_from_appeal(t.appeal) b
                where t.unit = new.id and t.due_on is not null
                  and b.kind = 'unit' and b.id = t.unit)
       or exists (select from complained_of c
                    join assignment t on t.appeal = c.appeal and t.account = new.head
                   where (c.unit = new.id or c.official = new.head_official)
                     and t.due_on is not null) then
        raise exception 'a head is complained of' using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger head_not_complained_of after update of head, head_official on unit
    deferrable initially deferred for each row
    when (old.head is distinct from new.head
          or old.head_official is distinct from new.head_official)
    execute function refuse_head_complained_of();
"""

BACKWARDS = """
drop trigger head_not_complained_of on unit;
drop function refuse_head_complained_of;
drop index complained_of_officials;
drop index complained_of_units;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

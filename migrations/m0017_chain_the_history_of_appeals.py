from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T22:00:00:000017"
VERSION = "1.38.0"
DESCRIPTION = "Keep what was done to each appeal in one chain per institution."

FORWARDS = """
-- What was done to appeals: in each institution one chain, in which every step carries the hash
-- of the one before. ``digest`` is that of the whole card as the step left it.
-- No index but these two: every registration writes here.
create table appeal_step (
    institution bigint not null,
    place bigint not null check (place > 0),
    appeal bigint not null references appeal (id) on delete restrict,
    action varchar(60) not null check (action ~ '^[a-z_-]+$'),
    account bigint references account (id) on delete restrict,
    done_at timestamptz not null,
    facts jsonb not null,
    digest bytea not null,
    previous bytea not null,
    hash bytea not null,
    primary key (institution, place)
);
create index steps_of_appeals on appeal_step (appeal, place);

-- Where the chain of an institution ends; its row is locked last, right before a commit.
create table chain_head (
    institution bigint primary key references institution (id) on delete restrict,
    place bigint not null,
    hash bytea not null
) with (fillfactor = 20);

-- Ends of chains as they were once a day, signed with a key that the database does not know.
create table signed_head (
    institution bigint not null references institution (id) on delete restrict,
    signed_on date not null,
    place bigint not null,
    hash bytea not null,
    signed_at timestamptz not null,
    signature varchar(64) not null,
    stored_at timestamptz,
    primary key (institution, signed_on)
);
create index heads_to_store on signed_head (signed_on) where stored_at is null;

create function refuse_changed_history() returns trigger language plpgsql as $$
begin
    raise exception 'history is only added to' using errcode = 'restrict_violation';
end $$;
create trigger history_is_only_added_to before update or delete or truncate on appeal_step
    for each statement execute function refuse_changed_history();
create trigger heads_are_only_moved before delete or truncate on chain_head
    for each statement execute function refuse_changed_history();
create trigger signatures_are_kept before delete or truncate on signed_head
    for each statement execute function refuse_changed_history();

-- A row without what is empty: a column that is added later, and empty, changes no digest.
create function filled(of jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(of)
     where value not in ('null', '""', 'false', '0', '[]', '{}')
$$;

create function appeal_digest(asked bigint) returns bytea
language sql stable set timezone = 'UTC' as $$
    select sha256(convert_to(jsonb_strip_nulls(jsonb_build_object(
        'appeal', filled(to_jsonb(a)),
        'answer', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from answer x where x.appeal = a.id),
        'appeal_question', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from appeal_question x where x.appeal = a.id),
        'complained_of', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from complained_of x where x.appeal = a.id),
        'resolution', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from resolution x where x.appeal = a.id),
        'assignment', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from assignment x where x.appeal = a.id),
        'extension', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from extension x where x.appeal = a.id),
        'reply', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from reply x where x.appeal = a.id),
        'appeal_exit', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from appeal_exit x where x.appeal = a.id),
        'appeal_link', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from appeal_link x where x.appeal = a.id),
        'past_deadline', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from past_deadline x where x.appeal = a.id)
    ))::text, 'UTF8')) from appeal a where a.id = asked
$$;

create function hash_of_step(
    home bigint, place bigint, appeal bigint, action text, account bigint, done_at timestamptz,
    facts jsonb, digest bytea, previous bytea
) returns bytea language sql immutable as $$
    select sha256(convert_to(array_to_string(array[
        '1', home::text, place::text, appeal::text, action, coalesce(account::text, ''),
        (extract(epoch from done_at) * 1000000)::bigint::text, facts::text,
        encode(digest, 'hex'), encode(previous, 'hex')], E'\\n'), 'UTF8'))
$$;

-- The one way to write history. Digests are reckoned before the end of the chain is locked.
create function note_appeal_steps(
    home bigint, appeals bigint[], actions text[], accounts bigint[], moments timestamptz[],
    facts jsonb[]
) returns bigint language plpgsql as $$
declare
    head chain_head;
    step record;
    previous bytea;
    noted bigint := 0;
begin
    for step in
        select s.*, appeal_digest(a.id) as digest
          from unnest(appeals, actions, accounts, moments, facts) with ordinality
               as s (appeal, action, account, done_at, facts, turn)
          join appeal a on a.id = s.appeal and a.institution = home
         order by s.turn
    loop
        if noted = 0 then
            select * into head from chain_head where institution = home for update;
            if not found then
                insert into chain_head values (home, 0, decode(repeat('00', 32), 'hex'))
                    on conflict do nothing;
                select * into head from chain_head where institution = home for update;
            end if;
        end if;
        noted := noted + 1;
        head.place := head.place + 1;
        previous := head.hash;
        head.hash := hash_of_step(home, head.place, step.appeal, step.action, step.account,
                                  step.done_at, step.facts, step.digest, previous);
        insert into appeal_step values
            (home, head.place, step.appeal, step.action, step.account, step.done_at, step.facts,
             step.digest, previous, head.hash);
    end loop;
    if noted <> cardinality(appeals) then
        raise exception 'a step of an appeal that is not there' using errcode = 'no_data_found';
    end if;
    update chain_head set place = head.place, hash = head.hash where institution = home;
    return noted;
end $$;

-- What was done before stays in the audit; here each card begins with what it is today.
select note_appeal_steps(institution, array_agg(id order by id),
                         array_fill('carried-over'::text, array[count(*)::int]),
                         array_fill(null::bigint, array[count(*)::int]),
                         array_fill(now(), array[count(*)::int]),
                         array_fill('{}'::jsonb, array[count(*)::int]))
  from appeal group by institution order by institution;
"""

BACKWARDS = """
drop function note_appeal_steps;
drop function hash_of_step;
drop function appeal_digest;
drop function filled;
drop table signed_head;
drop table chain_head;
drop table appeal_step;
drop function refuse_changed_history;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

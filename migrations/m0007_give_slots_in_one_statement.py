from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T22:00:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "Give slots to many citizens in one statement, with everything that goes with it."

FORWARDS = """
-- One element of each array is one citizen's wish. The outcome of each is a word: 'booked', or
-- why not. Everything is single statements on single rows, so that nothing can be planned
-- wrongly while the tables are small.
--
-- Whoever is served here is served in one line: sessions are held in the order of their
-- numbers, then phones in the order of theirs, then slots are written in the order of time.
-- Two batches that meet therefore wait for each other, and never in a circle. That a slot is
-- given once, and once to a phone, is guarded by the unique indexes and by nothing else.
create function book_many(
    usual jsonb, moments timestamptz[], sessions text[], proofs text[], phones text[],
    names text[], starts timestamptz[], communities text[], questions text[], calls boolean[],
    codes text[], macs text[], public_ids text[], marks text[], digests text[],
    languages text[], emails text[], origins text[], authors bigint[], replaced bigint[])
returns table (
    number int, outcome text, id bigint, public_id text, institution bigint, session bigint,
    slot bigint, phone text, caller_name text, starts_at timestamptz, ends_at timestamptz,
    fact text)
language plpgsql as $$
#variable_conflict use_column
declare
    i int;
    last_session text := '';
    s record;
    t record;
    policy jsonb;
    free_of_limits boolean;
    held int;
    seen record;
begin
    perform from session x where x.public_id = any (sessions) order by x.id for share;
    for i in 1 .. cardinality(sessions) loop
        if proofs[i] is not null then
            select p.phone, p.caller_name into seen from phone_proof p
             where p.token_mac = proofs[i] and p.expires_at > moments[i];
            phones[i] := seen.phone;
            names[i] := seen.caller_name;
        end if;
    end loop;
    -- The limits of a person hold over all sessions: one wish of a phone at a time.
    perform pg_advisory_xact_lock(k.lock) from (
        select distinct hashtextextended('booking:' || p, 0) as lock
          from unnest(phones) p where p is not null order by 1) k;

    for i in
        select u.at from unnest(sessions, starts) with ordinality as u (name, start, at)
          left join session x on x.public_id = u.name order by x.id, u.start, u.at
    loop
        number := i; outcome := ''; fact := null; id := null; public_id := null;
        phone := phones[i]; caller_name := names[i]; starts_at := starts[i];
        if phone is null then
            outcome := 'no-proof'; return next; continue;
        end if;
        if marks[i] is not null then
            select a.digest, b.id as booking, b.public_id, b.institution, b.session, b.slot,
                   w.starts_at, w.ends_at
              into seen
              from form_answer a
              join booking b on b.id = (a.answer ->> 'booking')::bigint
              join slot w on w.id = b.slot
             where a.key = marks[i];
            if found then
                outcome := case when seen.digest = digests[i] then 'repeated' else 'other-form' end;
                id := seen.booking; public_id := seen.public_id;
                institution := seen.institution; session := seen.session; slot := seen.slot;
                starts_at := seen.starts_at; ends_at := seen.ends_at;
                return next; continue;
            end if;
        end if;
        if sessions[i] <> last_session then
            select x.id, x.institution, x.state, x.booking_mode, x.registration_opens_at,
                   x.registration_closes_at, x.time_zone, h.booking_cutoff_minutes,
                   h.booking_policy
              into s
              from session x join institution h on h.id = x.institution
             where x.public_id = sessions[i];
            if found then
                last_session := sessions[i];
                policy := usual || coalesce(s.booking_policy, '{}');
            else
                last_session := '';
                outcome := 'no-session'; return next; continue;
            end if;
        end if;
        institution := s.institution; session := s.id;
        if s.state not in ('published', 'open', 'live', 'paused', 'no-official') then
            outcome := 'not-bookable';
        elsif moments[i] < s.registration_opens_at then
            outcome := 'not-open';
            fact := to_char(s.registration_opens_at at time zone s.time_zone, 'DD.MM.YYYY, HH24:MI');
        elsif moments[i] >= s.registration_closes_at then
            outcome := 'closed';
        elsif s.booking_mode = 'draw' then
            outcome := 'draw';
        end if;
        if outcome <> '' then
            return next; continue;
        end if;
        select w.id, w.ends_at into t from slot w
         where w.session = s.id and w.starts_at = starts[i] and w.is_bookable;
        if not found then
            outcome := 'no-slot'; return next; continue;
        end if;
        slot := t.id; ends_at := t.ends_at;
        if moments[i] > starts[i] - make_interval(mins => s.booking_cutoff_minutes) then
            outcome := 'too-soon'; fact := s.booking_cutoff_minutes; return next; continue;
        end if;
        select exists (
            select from booking_waiver v where v.phone = phones[i]
               and v.institution = s.institution and v.expires_at > moments[i])
          into free_of_limits;
        if not free_of_limits and (policy ->> 'monthly_cap')::int > 0 then
            -- A claim on a session that was called off is no talk.
            select count(*) into held from booking b join slot w on w.id = b.slot
              join session y on y.id = b.session and y.state not in ('cancelled', 'rescheduled')
             where b.phone = phones[i] and b.institution = s.institution
               and b.state in ('booked', 'heard', 'missed', 'offered')
               and b.id is distinct from replaced[i]
               and w.starts_at >= date_trunc('month', starts[i], s.time_zone)
               and w.starts_at < date_trunc('month', starts[i], s.time_zone) + interval '1 month';
            if held >= (policy ->> 'monthly_cap')::int then
                outcome := 'monthly'; fact := policy ->> 'monthly_cap'; return next; continue;
            end if;
        end if;
        if not free_of_limits and origins[i] <> 'desk' and (policy ->> 'missed_cap')::int > 0 then
            select count(*) into held from booking b join slot w on w.id = b.slot
             where b.phone = phones[i] and b.institution = s.institution and b.state = 'missed'
               and w.starts_at > moments[i] - make_interval(days => (policy ->> 'missed_days')::int);
            if held >= (policy ->> 'missed_cap')::int then
                outcome := 'missed'; fact := held; return next; continue;
            end if;
        end if;
        insert into booking as b (
            public_id, institution, session, slot, phone, caller_name, community, question,
            code_mac, code_hint, state, booked_at, wants_call_back, language, email, origin,
            author)
        values (
            public_ids[i], s.institution, s.id, t.id, phones[i], names[i], communities[i],
            questions[i], macs[i], right(codes[i], 2), 'booked', moments[i], calls[i],
            languages[i], emails[i], origins[i], authors[i])
        on conflict do nothing
        returning b.id into id;
        if id is null then
            outcome := case
                when exists (select from booking b where b.session = s.id
                                and b.phone = phones[i]
                                and b.state in ('booked', 'heard', 'offered'))
                    then 'already'
                when exists (select from booking b where b.session = s.id
                                and b.code_mac = macs[i])
                    then 'code'
                else 'taken' end;
            return next; continue;
        end if;
        insert into message (
            institution, purpose, key, recipient, booking, body, facts, state, attempts, due_at,
            delivery, last_error, noted_at)
        values (
            s.institution, 'booking-confirmed', 'booking:' || public_ids[i] || ':confirmed',
            phones[i], id, '', jsonb_build_object('code', codes[i]), 'ready', 0, moments[i], '',
            '', moments[i]);
        if marks[i] is not null then
            insert into form_answer (key, digest, answer, answered_at)
            values (marks[i], digests[i], jsonb_build_object('booking', id), moments[i]);
        end if;
        outcome := 'booked'; public_id := public_ids[i];
        return next;
    end loop;
end $$;
"""

BACKWARDS = """
drop function book_many;
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager

// The calendar of staff: what the list below it says, drawn; a session is moved by dragging or
// by Shift and the arrow keys. The server alone decides whether it may stand there.
import { Calendar } from 'fullcalendar'
import dayGrid from 'fullcalendar/daygrid'
import interaction from 'fullcalendar/interaction'
import ukrainian from 'fullcalendar/locales/uk'
import classic from 'fullcalendar/themes/classic'
import timeGrid from 'fullcalendar/timegrid'

const ZONE = 'Europe/Kyiv'
const HALF_HOUR = 30
const host = document.getElementById('planner')
const told = document.getElementById('planner-told')
const token = document.querySelector('meta[name="csrf-token"]')?.content
let steps = Promise.resolve()

function tell (sentence, isWrong = false) {
  told.textContent = sentence
  told.classList.toggle('hs-planner__told--wrong', isWrong)
}

// Day and clock in Kyiv, whatever zone the browser is in.
const parts = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit'
})
function wallTime (date) {
  const [day, clock] = parts.format(date).split(' ')
  return { day, clock }
}

// Wall times are reckoned as if there were no zones: the server knows the nights that change.
function shift ({ day, clock }, { days = 0, minutes = 0 }) {
  const moved = new Date(`${day}T${clock}:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  moved.setUTCMinutes(moved.getUTCMinutes() + minutes)
  return { day: moved.toISOString().slice(0, 10), clock: moved.toISOString().slice(11, 16) }
}

function askFirst (facts, { day, clock }) {
  const query = new URLSearchParams({ held_on: day, opens_clock: clock })
  window.location.assign(`${facts.move}?${query}`)
}

// What stands below the calendar, as the server sees it now; if it cannot be asked, what stood there.
async function renewList () {
  const answer = await fetch(window.location.href).catch(() => null)
  if (!answer?.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  document.getElementById('planner-list').replaceWith(page.getElementById('planner-list'))
}

// Where the session stands now, or null when it was not moved; the reader is told either way.
async function move (facts, { day, clock }) {
  tell(host.dataset.moving)
  const body = new URLSearchParams({ held_on: day, opens_clock: clock, seen: facts.seen })
  try {
    const answer = await fetch(facts.move, {
      method: 'POST',
      body,
      redirect: 'error',
      headers: { Accept: 'application/json', 'X-CSRF-Token': token }
    })
    const { sentence, seen } = await answer.json()
    tell(sentence, !answer.ok)
    if (answer.ok) await renewList()
    return answer.ok ? seen : null
  } catch {
    tell(host.dataset.offline, true)
    return null
  }
}

function factsOf (event) {
  const { state, move, seen } = event.extendedProps
  return { isDraft: state === 'draft', move, seen }
}

async function dropped (info) {
  const facts = factsOf(info.event)
  const wanted = wallTime(info.event.start)
  if (!facts.isDraft) {
    info.revert()
    return askFirst(facts, wanted)
  }
  const seen = await move(facts, wanted)
  if (seen) info.event.setExtendedProp('seen', seen)
  else info.revert()
}

const STEPS = {
  dayGridMonth: { ArrowLeft: { days: -1 }, ArrowRight: { days: 1 }, ArrowUp: { days: -7 }, ArrowDown: { days: 7 } },
  timeGridWeek: {
    ArrowLeft: { days: -1 }, ArrowRight: { days: 1 }, ArrowUp: { minutes: -HALF_HOUR }, ArrowDown: { minutes: HALF_HOUR }
  }
}

async function step (id, by) {
  const event = calendar.getEventById(id)
  const facts = factsOf(event)
  const wanted = shift(wallTime(event.start), by)
  if (!facts.isDraft) return askFirst(facts, wanted)
  const seen = await move(facts, wanted)
  if (seen) {
    event.setExtendedProp('seen', seen)
    event.setStart(`${wanted.day}T${wanted.clock}:00`, { maintainDuration: true })
  }
  focusAgain(id)
}

function pressed (press) {
  const id = press.target.closest('[data-session]')?.dataset.session
  const by = press.shiftKey && STEPS[calendar.view.type]?.[press.key]
  if (!id || !by || !calendar.getEventById(id)?.extendedProps.may) return
  press.preventDefault()
  steps = steps.then(() => step(id, by)) // one after the other, however fast keys are pressed
}

// The calendar draws the entry anew some frames later, and more than once: then nothing has the
// focus. Whoever has gone on to something else meanwhile is not called back.
function focusAgain (id, frames = 20) {
  const entry = host.querySelector(`[data-session="${id}"]`)
  if (entry && document.activeElement === document.body) entry.focus()
  if (frames) requestAnimationFrame(() => focusAgain(id, frames - 1))
}

function drawn ({ event, el }) {
  el.dataset.session = event.id
  el.title = `${event.title} (${event.extendedProps.state_words})`
  el.setAttribute('aria-description', event.extendedProps.state_words)
}

const calendar = new Calendar(document.getElementById('planner-calendar'), {
  plugins: [classic, dayGrid, timeGrid, interaction],
  locales: [ukrainian],
  locale: host.dataset.locale,
  timeZone: ZONE,
  firstDay: 1,
  initialView: 'dayGridMonth',
  initialDate: host.dataset.month,
  headerToolbar: { left: 'prev,next today', center: 'title', right: 'dayGridMonth,timeGridWeek' },
  height: 'auto',
  slotMinTime: '07:00:00',
  slotMaxTime: '22:00:00',
  allDaySlot: false,
  dayMaxEvents: 6,
  eventInteractive: true,
  eventDisplay: 'block',
  eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
  eventDurationEditable: false,
  events: {
    url: host.dataset.entries,
    extraParams: { q: host.dataset.words }
  },
  eventDataTransform: ({ editable, start, ...entry }) => ({
    ...entry,
    start,
    startEditable: editable,
    className: `hs-entry hs-entry--${entry.state}`,
    extendedProps: {
      state: entry.state, state_words: entry.state_words, move: entry.move, seen: start, may: editable
    }
  }),
  eventDrop: dropped,
  eventDidMount: drawn
})

host.hidden = false
calendar.render()
host.addEventListener('keydown', pressed)

// Whoever works by keyboard stays where he is when the panels change: on the same button, or,
// if there is no such button any more, in the same column.
const panels = document.getElementById('panels')
let held = null

function remember () {
  const focused = document.activeElement
  if (!panels?.contains(focused)) return (held = null)
  const column = focused.closest('[aria-labelledby]')
  held = { element: focused, column: column?.getAttribute('aria-labelledby') }
}

function recover () {
  if (!held) return
  const { element, column } = held
  held = null
  if (document.activeElement !== document.body) return
  if (element.isConnected && element.checkVisibility()) return element.focus()
  const heading = document.getElementById(column) ?? panels.querySelector('h2')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}

document.addEventListener('htmx:before:swap', remember)
document.addEventListener('htmx:after:swap', recover)

// A form that came back with mistakes says so first; a number that was given is read out.
document.addEventListener('htmx:after:swap', () => {
  const summary = document.querySelector(':is(#appeal, #promises) .govuk-error-summary:not([data-said])')
  if (!summary) return
  summary.dataset.said = 'yes'
  summary.tabIndex = -1
  summary.focus()
})

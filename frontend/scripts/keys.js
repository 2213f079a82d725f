// Keys of the desk: <button data-key="KeyN">. They work outside of fields, only where they have
// been switched on (WCAG 2.1.4), and by the place of the key, whatever the layout.
const NAME = 'desk-keys'
const isOn = () => localStorage.getItem(NAME) === 'on'
const panel = document.querySelector('[data-keys]')
const box = document.querySelector('[data-keys-switch]')

if (panel && box) {
  panel.hidden = false
  box.checked = isOn()
  document.body.classList.toggle('hs-keys-on', isOn())
  box.addEventListener('change', () => {
    localStorage.setItem(NAME, box.checked ? 'on' : 'off')
    document.body.classList.toggle('hs-keys-on', isOn())
  })
  document.addEventListener('keydown', event => {
    const typing = event.target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select')
    if (!isOn() || typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return
    const button = document.querySelector(`[data-key="${CSS.escape(event.code)}"]`)
    if (!button) return
    event.preventDefault()
    button.click()
  })
}

// A form that came back with mistakes says so first.
document.addEventListener('htmx:after:swap', () => {
  const summary = document.querySelector('#appeal .govuk-error-summary:not([data-said])')
  if (!summary) return
  summary.dataset.said = 'yes'
  summary.tabIndex = -1
  summary.focus()
})

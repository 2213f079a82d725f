// Keys of the desk: <… data-key="KeyN">. They work outside of fields and by the place of the
// key, whatever the layout, on pages where they can be switched off (WCAG 2.1.4).
const NAME = 'desk-keys'
const FIELDS = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]'
const box = document.querySelector('[data-keys-switch]')
const isOn = () => box !== null && localStorage.getItem(NAME) !== 'off'
const dialog = document.getElementById('keys-help')

function showState () {
  document.body.classList.toggle('hs-keys-on', isOn())
  if (box) box.checked = isOn()
}

const isHelp = event => event.key === '?' || (event.shiftKey && event.code === 'Slash')

function find (event) {
  if (isHelp(event)) return document.querySelector('[data-keys-help]')
  if (event.shiftKey) return null
  const found = document.querySelectorAll(`[data-key="${CSS.escape(event.code)}"]`)
  return [...found].find(each => each.checkVisibility())
}

function press (event) {
  if (!isOn() || event.defaultPrevented || event.repeat) return
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
  if (event.target.closest?.(FIELDS) || document.querySelector('dialog[open]')) return
  const target = find(event)
  if (!target) return
  event.preventDefault()
  target.click()
  if (target.tagName === 'SUMMARY') target.focus()
}

for (const each of document.querySelectorAll('[data-keys]')) each.hidden = false
showState()
box?.addEventListener('change', () => {
  localStorage.setItem(NAME, box.checked ? 'on' : 'off')
  showState()
})
document.querySelector('[data-keys-help]')?.addEventListener('click', () => dialog.showModal())
document.addEventListener('keydown', press)

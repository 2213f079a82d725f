// A form with data-keep="name" survives a reload of the page in this tab until it is taken.
// What is hidden in a form (its key, its token) belongs to the page and is never restored.
const keyOf = form => `draft:${form.dataset.keep}`
const restored = new WeakSet()
const sent = new WeakMap()

function keep (form) {
  const fields = [...form.elements]
    .filter(field => field.name && field.type !== 'hidden' && typeof field.value === 'string')
    .filter(field => !['checkbox', 'radio'].includes(field.type) || field.checked)
    .map(field => [field.name, field.value])
  sessionStorage.setItem(keyOf(form), JSON.stringify(fields))
}

function restore (form) {
  const kept = sessionStorage.getItem(keyOf(form))
  if (!kept || restored.has(form)) return
  restored.add(form)
  const fields = JSON.parse(kept)
  for (const field of form.elements) {
    if (!field.name || field.type === 'hidden') continue
    const values = fields.filter(([name]) => name === field.name).map(([, value]) => value)
    if (['checkbox', 'radio'].includes(field.type)) field.checked = values.includes(field.value)
    else if (values.length > 0 && field.value !== values[0]) field.value = values[0]
  }
  const closed = form.closest('details')
  if (closed) closed.open = true // what somebody has written is not hidden
}

// What has been written since the form was sent was not taken with it.
function forget (form) {
  const key = keyOf(form)
  if (sessionStorage.getItem(key) === (sent.get(form) ?? null)) sessionStorage.removeItem(key)
}

const restoreAll = () => document.querySelectorAll('form[data-keep]').forEach(restore)

document.addEventListener('input', event => {
  const form = event.target.closest?.('form[data-keep]')
  if (form) {
    restored.add(form)
    keep(form)
  }
})
document.addEventListener('submit', event => {
  const form = event.target
  if (!form.matches('form[data-keep]')) return
  sent.set(form, sessionStorage.getItem(keyOf(form)))
  // Who sends without htmx leaves the page, and sees no answer here.
  if (!form.hasAttribute('hx-post')) forget(form)
})
document.addEventListener('htmx:before:swap', event => {
  const { sourceElement: form, response } = event.detail.ctx
  if (form?.matches('form[data-keep]') && response?.status < 400) forget(form)
})
// Restored in the very moment it is put in: the next key already writes into it.
document.addEventListener('htmx:before:settle', restoreAll)
restoreAll()

// A form with data-keep="name" survives a reload of the page in this tab until it is sent.
const keyOf = form => `draft:${form.dataset.keep}`

function keep (form) {
  const fields = [...new FormData(form)].filter(([name, value]) => name !== 'csrf_token' && typeof value === 'string')
  sessionStorage.setItem(keyOf(form), JSON.stringify(fields))
}

function restore (form) {
  const kept = sessionStorage.getItem(keyOf(form))
  if (!kept) return
  for (const [name, value] of JSON.parse(kept)) {
    const field = form.elements[name]
    if (field && 'value' in field && !field.value) field.value = value
  }
}

document.addEventListener('input', event => {
  const form = event.target.closest?.('form[data-keep]')
  if (form) keep(form)
})
document.addEventListener('submit', event => {
  if (event.target.matches('form[data-keep]')) sessionStorage.removeItem(keyOf(event.target))
})
document.querySelectorAll('form[data-keep]').forEach(restore)

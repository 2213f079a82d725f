// What stands open is not replaced by what comes by itself, and not by news of a mistake. A part
// of the page that says with data-open whose form it holds is such a place.
const isOpen = place => Boolean(place?.querySelector('[data-open]')?.value) || isWritten(place)

// So is what somebody writes in: the keyboard is there, or a field says other than it came with.
function isWritten (place) {
  if (!place) return false
  const fields = [...place.querySelectorAll('input:not([type=hidden]), textarea, option')]
  return place.contains(document.activeElement) || fields.some(isChanged)
}

function isChanged (field) {
  if (field.matches('option')) return field.selected !== field.defaultSelected && hasChoice(field)
  if (['checkbox', 'radio'].includes(field.type)) return field.checked !== field.defaultChecked
  return field.value !== field.defaultValue
}

// Without a choice in the document the browser selects the first option by itself.
const hasChoice = option => Boolean(option.closest('select')?.querySelector('option[selected]')) ||
  option.index > 0

// Panels may bring a form, if none was open when they were asked for. By the time they are here
// somebody may have opened one and begun to write: then theirs is left out.
function leaveOut (tasks) {
  const kept = tasks.filter(task => task.type !== 'partial' || !isOpen(task.target))
  tasks.splice(0, tasks.length, ...kept)
}

// An answer without a form to a form is a notice that it was not taken: it is shown above the form.
function putAbove (form, tasks) {
  for (const task of tasks) {
    if (task.type !== 'main' || task.fragment.querySelector('form')) continue
    form.querySelectorAll(':scope > [role=alert]').forEach(each => each.remove())
    task.target = form
    task.swapSpec = { ...task.swapSpec, style: 'afterbegin' }
  }
}

document.addEventListener('htmx:before:swap', event => {
  const { ctx, tasks } = event.detail
  leaveOut(tasks)
  const form = ctx.sourceElement
  if (form?.matches('form[data-keep]') && ctx.response?.status >= 400) putAbove(form, tasks)
})

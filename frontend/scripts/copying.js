// Buttons that copy a text; without the script the text is selected by hand.
for (const button of document.querySelectorAll('button[data-copies]')) {
  const field = document.getElementById(button.dataset.copies)
  const status = document.querySelector(`[data-copy-status="${button.dataset.copies}"]`)
  if (!field || !navigator.clipboard) continue
  button.hidden = false
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(field.value)
      status.textContent = button.dataset.copied
    } catch {
      field.focus()
      field.select()
    }
  })
}

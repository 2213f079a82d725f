// Every request of htmx carries the token of the page.
const token = document.querySelector('meta[name="csrf-token"]')?.content

if (token) {
  document.addEventListener('htmx:config:request', event => {
    event.detail.ctx.request.headers['X-CSRF-Token'] = token
  })
}

// First in <body>: the components of the design system look for these classes.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

// Components that public pages use; every page works without them.
import {
  Button,
  CharacterCount,
  ErrorSummary,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll
} from 'govuk-frontend'

import { plurals } from './plurals.js'

createAll(Button, { preventDoubleClick: true })
createAll(CharacterCount, plurals(document.documentElement.lang))
for (const component of [ErrorSummary, Radios, ServiceNavigation, SkipLink]) createAll(component)

import type { ApiDialect } from '../api-dialect.ts'
import { renamedFields } from '../renamed-fields.ts'
import { services } from './access.ts'
import { limitsOf } from './field-limits.ts'

/** Assay's own API: loading access data, and what the vendors' APIs have no call for. Clients of every kind call it. */
export const assay = {
  title: 'Assay',
  services,
  endpoints: [],
  // A population of sessions by the names of their API.
  fieldName: renamedFields({
    'scope.identityIds': 'population.identity_ids',
    'scope.criteria': 'population.criteria',
  }),
  rest: { unknownMembers: 'refuse' },
  description: { limitsOf, isClosed: ({ typeName }) => typeName.startsWith('assay.') },
} satisfies ApiDialect

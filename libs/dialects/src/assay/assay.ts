import type { ApiDialect } from '../api-dialect.ts'
import { renamedFields } from '../renamed-fields.ts'
import { services } from './access.ts'
import { limitsOf } from './field-limits.ts'

/**
 * Assay's own API: loading access data, and everything for which the vendors' APIs have no call. Clients of every dialect may
 * call it.
 */
export const assay = {
  title: 'Assay',
  services,
  endpoints: [],
  // The population of a session, with the names of this API.
  fieldName: renamedFields({
    'scope.identityIds': 'population.identity_ids',
    'scope.criteria': 'population.criteria',
  }),
  rest: { unknownMembers: 'refuse' },
  description: { limitsOf, isClosed: ({ typeName }) => typeName.startsWith('assay.') },
} satisfies ApiDialect

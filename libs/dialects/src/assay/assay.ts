import type { ApiDialect } from '../api-dialect.ts'
import { services } from './access.ts'
import { limitsOf } from './field-limits.ts'

/** Assay's own API: loading access data, and what the vendors' APIs have no call for. Clients of every kind call it. */
export const assay = {
  title: 'Assay',
  services,
  endpoints: [],
  rest: { unknownMembers: 'refuse' },
  description: { limitsOf, isClosed: ({ typeName }) => typeName.startsWith('assay.') },
} satisfies ApiDialect

import type { ClientDialect } from '@assay/auth'
import type { ApiDialect } from './api-dialect.ts'
import { assay } from './assay/assay.ts'
import { conductorone } from './conductorone/conductorone.ts'
import { sailpoint } from './sailpoint/sailpoint.ts'

/** Every API of the public port, in the order in which its documents name them. */
export const allDialects: readonly ApiDialect[] = [conductorone, assay, sailpoint]

/** The kinds of API clients that there are, for those who make clients and issue tokens. The first one is the default. */
export const clientDialects: readonly ClientDialect[] = clientsOf(allDialects)

export function clientsOf(dialects: readonly ApiDialect[]): readonly ClientDialect[] {
  return dialects.flatMap(({ clients }) => clients ?? [])
}

import type { ClientDialect } from '@assay/auth'
import type { ApiDialect } from './api-dialect.ts'
import { assay } from './assay/assay.ts'
import { conductorone } from './conductorone/conductorone.ts'
import { sailpoint } from './sailpoint/sailpoint.ts'

/** Every API of the public port, in the order of the documents. */
export const allDialects: readonly ApiDialect[] = [conductorone, assay, sailpoint]

export function clientsOf(dialects: readonly ApiDialect[]): readonly ClientDialect[] {
  return dialects.flatMap(({ clients }) => clients ?? [])
}

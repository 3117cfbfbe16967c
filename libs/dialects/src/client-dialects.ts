import type { ClientDialect } from '@assay/auth'
import { clients as conductorone } from './conductorone/clients.ts'
import { clients as sailpoint } from './sailpoint/clients.ts'

/**
 * The dialects of API clients, for code that makes clients and issues tokens. The first one is the default. Separate from
 * `all-dialects.ts`, which loads the description of every call.
 */
export const clientDialects: readonly ClientDialect[] = [conductorone, sailpoint]

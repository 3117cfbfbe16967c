import type { ClientDialect } from '@assay/auth'
import { clients as conductorone } from './conductorone/clients.ts'
import { clients as sailpoint } from './sailpoint/clients.ts'

/**
 * The kinds of API clients that there are, for those who make clients and issue tokens. The first one is the default. Apart from
 * the dialects, which load the description of every call.
 */
export const clientDialects: readonly ClientDialect[] = [conductorone, sailpoint]

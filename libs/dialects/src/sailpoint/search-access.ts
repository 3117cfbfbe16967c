import type { CallerAccess } from '@assay/auth'
import { SearchService } from '@assay/contracts'
import { bounded } from '../call-access.ts'
import { type ServedService, servedBy } from '../served-service.ts'
import * as scopes from './scopes.ts'

const reading: CallerAccess = { right: 'read', scopes: scopes.search }

export const searchServices: readonly ServedService[] = [
  servedBy('mining', SearchService, {
    searchPost: bounded(reading),
    searchCount: bounded(reading),
    searchAggregate: bounded(reading),
    searchGet: bounded(reading),
  }),
]

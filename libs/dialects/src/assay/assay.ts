import type { ApiDialect } from '../api-dialect.ts'
import { access } from './access.ts'

/** Assay's own API: loading access data, and what the vendors' APIs have no call for. */
export const assay: ApiDialect = {
  title: 'Assay',
  calls: access,
  openPaths: [],
}

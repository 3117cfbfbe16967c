import type { ApiDialect } from '../api-dialect.ts'
import { access } from './access.ts'

/** SailPoint's IAI role mining API. */
export const sailpoint: ApiDialect = {
  title: 'SailPoint',
  calls: access,
  openPaths: ['/oauth/token', '/oauth/info'],
}

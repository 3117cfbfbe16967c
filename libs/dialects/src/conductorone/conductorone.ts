import type { ApiDialect } from '../api-dialect.ts'
import { access } from './access.ts'

/** ConductorOne's role mining API, and the neighbours of it that its clients call. */
export const conductorone: ApiDialect = {
  title: 'ConductorOne',
  calls: access,
  openPaths: ['/auth/v1/token'],
}

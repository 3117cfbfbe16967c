export { allDialects, clientsOf } from './all-dialects.ts'
export type { ApiDialect, EndpointContext } from './api-dialect.ts'
export { type CallAccess, fullNameOf } from './call-access.ts'
export { clientDialects } from './client-dialects.ts'
export { conductorone } from './conductorone/conductorone.ts'
export {
  dialectOf,
  dialectTables,
  fieldNamesOf,
  internalAccess,
  isOpenPath,
  publicAccess,
  publicCalls,
} from './dialect-tables.ts'
export { internalCalls } from './platform/internal.ts'
export { openConsolePaths, openPlatformPaths } from './platform/open.ts'
export { renamedFields } from './renamed-fields.ts'
export { sailpoint } from './sailpoint/sailpoint.ts'
export { type ServiceProcess, servedBy } from './served-service.ts'

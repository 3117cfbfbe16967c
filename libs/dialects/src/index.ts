export { allDialects, clientDialects, clientsOf } from './all-dialects.ts'
export type {
  ApiDialect,
  CallLimitForm,
  DialectDescription,
  EndpointContext,
  OpenEndpoint,
  RestForm,
} from './api-dialect.ts'
export { assay } from './assay/assay.ts'
export { type CallAccess, fullNameOf } from './call-access.ts'
export { conductorone } from './conductorone/conductorone.ts'
export {
  type DialectTables,
  dialectOf,
  dialectTables,
  fieldNamesOf,
  internalAccess,
  isOpenPath,
  publicAccess,
  publicCalls,
} from './dialect-tables.ts'
export { internalCalls } from './platform/internal.ts'
export { openPlatformPaths } from './platform/open.ts'
export { renamedFields } from './renamed-fields.ts'
export { sailpoint } from './sailpoint/sailpoint.ts'
export { type ServedService, type ServiceProcess, servedBy } from './served-service.ts'

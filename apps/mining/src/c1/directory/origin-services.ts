import type { DirectoryService } from '@assay/contracts/c1/api/directory/v1/directory_service_pb'
import type { Roles } from '@assay/contracts/c1/api/iam/v1/role_pb'
import { notFound } from '@assay/errors'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../../service-context.ts'
import { emptyPage } from './empty-page.ts'

/** ConductorOne's directories. Imports do not say from which directory people come, so there are none. */
export function originDirectoryService(service: ServiceContext): ServiceImpl<typeof DirectoryService> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (_, { tenantId }) => emptyPage(service, ['directories', tenantId], request)),
    get: ({ appId }, context) =>
      asCaller(service, context, async () => {
        throw notFound('directory', appId)
      }),
  }
}

/** ConductorOne's roles of users. Roles of this platform belong to API clients and people who sign in, so users have none. */
export function platformRolesService(service: ServiceContext): ServiceImpl<typeof Roles> {
  return {
    list: (request, context) =>
      asCaller(service, context, async (_, { tenantId }) => emptyPage(service, ['platform roles', tenantId], request)),
    get: ({ roleId }, context) =>
      asCaller(service, context, async () => {
        throw notFound('role', roleId)
      }),
  }
}

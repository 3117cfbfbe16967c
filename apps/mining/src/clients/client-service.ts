import {
  type ApiClient,
  type ClientPosition,
  createClientOfTenant,
  getApiClient,
  pageOfClients,
  revokeClientOfTenant,
} from '@assay/auth'
import type { ClientService } from '@assay/contracts/assay/client/v1/client_service_pb'
import { clientDialects } from '@assay/dialects'
import { identityExists, identityNamesById, readerScopes, type ScopeConditions } from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt } from '@assay/errors'
import { bindClientToScope, freeClient } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { namesOfScopes } from '../scope-names.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { fromReaderScope, fromRole, toClientMessage } from './convert-client.ts'

/** API clients: list, create, bind to a scope, revoke. */
export function clientService(service: ServiceContext): ServiceImpl<typeof ClientService> {
  return {
    listClients: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<ClientPosition>(service.pageTokens, ['API clients', tenantId], request)
        const { clients, last } = await pageOfClients(sql, pages)
        return {
          clients: await messagesOf(sql, tenantId, clients),
          nextPageToken: pages.next(last),
          dialects: clientDialects.map(({ name }) => name),
        }
      }),

    createClient: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { identityId, host } = request
        if (identityId !== '' && !(await identityExists(sql, identityId)))
          throw invalidArgument('identity_id', `nobody has the id ${JSON.stringify(identityId)}`)
        const { clientId, clientSecret } = await createClientOfTenant(sql, {
          tenantId,
          dialect: dialectNamed(request.dialect),
          role: fromRole(request.role),
          displayName: request.displayName,
          ...(identityId !== '' && { identityId }),
          ...(host !== '' && { host }),
        })
        return { client: await messageOf(sql, tenantId, clientId), clientSecret }
      }),

    scopeClient: ({ clientId, readerScope }, context) =>
      asCaller(service, context, async (sql, caller) => {
        const { tenantId } = caller
        // A bound client may not administer, so it could not remove its own scope again.
        if (clientId === caller.clientId)
          throw failedPrecondition('a client cannot bind itself; call with another client')
        const conditions = fromReaderScope(readerScope)
        if (conditions === undefined) await freeClient(sql, tenantId, clientId)
        else await bindClientToScope(sql, tenantId, clientId, conditions)
        return messageOf(sql, tenantId, clientId)
      }),

    revokeClient: ({ clientId }, context) =>
      asCaller(service, context, async (sql, caller) => {
        if (clientId === caller.clientId)
          throw failedPrecondition('a client cannot revoke itself; call with another client')
        await revokeClientOfTenant(sql, clientId)
        return messageOf(sql, caller.tenantId, clientId)
      }),
  }
}

function dialectNamed(name: string) {
  const dialect = name === '' ? clientDialects[0] : clientDialects.find((one) => one.name === name)
  if (dialect === undefined)
    throw invalidArgument('dialect', `must be one of ${clientDialects.map((one) => one.name).join(', ')}`)
  return dialect
}

async function messageOf(sql: TenantSql, tenantId: number, clientId: string) {
  const message = itemAt(await messagesOf(sql, tenantId, [await getApiClient(sql, clientId)]), 0)
  return message
}

async function messagesOf(sql: TenantSql, tenantId: number, clients: readonly ApiClient[]) {
  const used = clients.flatMap(({ readerScope }) => readerScope ?? [])
  const scopes: ReadonlyMap<string, ScopeConditions> = used.length > 0 ? await readerScopes(sql, tenantId) : new Map()
  const known = {
    scopes,
    namesOf: await namesOfScopes(
      sql,
      used.flatMap((id) => scopes.get(id) ?? []),
    ),
    identityNames: await identityNamesById(
      sql,
      clients.flatMap(({ identityId }) => identityId ?? []),
    ),
  }
  return clients.map((client) => toClientMessage(client, known))
}

import type { IdentitiesService } from '@assay/contracts/sailpoint/identities/v1/identities_service_pb'
import {
  assignedEntitlements,
  builtInAttributes,
  dataInForceSince,
  entitlementsBy,
  identitiesBy,
  identityKeyInForce,
  knownAttributes,
  ledIdentity,
  listAttributes,
} from '@assay/directory'
import { entitlementsOfMemberships, membershipsOfIdentity } from '@assay/profiles'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { toIdentityMessage, toRoleAssignmentMessage } from './convert-identity.ts'
import { identityAttributeNames } from './identity-attribute-names.ts'
import { identityList, plainList } from './list-fields.ts'
import { itemsOf, readListQuery } from './list-request.ts'
import { reference } from './reference.ts'

/** Identities, their entitlements, and the roles of which they are members. */
export function identitiesService(service: ServiceContext): ServiceImpl<typeof IdentitiesService> {
  return {
    listIdentities: (request, context) => {
      const query = readListQuery(request, identityList)
      return asCaller(service, context, async (sql) => {
        const [listed, since] = await Promise.all([identitiesBy(sql, query), dataInForceSince(sql)])
        return { identities: itemsOf(listed, context).map((identity) => toIdentityMessage(identity, since)) }
      })
    },

    getIdentity: ({ id }, context) =>
      asCaller(service, context, async (sql) =>
        toIdentityMessage(await ledIdentity(sql, id), await dataInForceSince(sql)),
      ),

    listRoleAssignments: ({ identityId, roleId, roleName }, context) =>
      asCaller(service, context, async (sql) => {
        const memberships = await membershipsOfIdentity(sql, await identityKeyInForce(sql, identityId))
        const isLong = Boolean(roleId || roleName)
        const assignments = memberships
          .filter(
            ({ profileId, profileName }) =>
              (!roleId || profileId === roleId) && (!roleName || profileName === roleName),
          )
          .map((membership) => toRoleAssignmentMessage(identityId, membership, isLong))
        return { assignments }
      }),

    listEntitlementsOfIdentity: (request, context) => {
      const query = readListQuery(request, plainList)
      return asCaller(service, context, async (sql) => {
        const key = await identityKeyInForce(sql, request.id)
        const held = [...(await assignedEntitlements(sql, key)), ...(await entitlementsOfMemberships(sql, key))]
        const sorters = [{ name: 'name', descending: false }] as const
        const listed = await entitlementsBy(sql, { ...query, sorters }, held)
        return {
          entitlements: itemsOf(listed, context).map(({ id, displayName }) => ({
            objectRef: reference('ENTITLEMENT', id, displayName),
          })),
        }
      })
    },

    listIdentityAttributes: ({ includeSystem, count }, context) =>
      asCaller(service, context, async (sql) => {
        const [known, lists] = [await knownAttributes(sql), await listAttributes(sql)]
        const names = includeSystem === true ? [] : identityAttributeNames(known, new Set(builtInAttributes))
        const attributes = names.map(({ key, name, displayName, standard }) => {
          return { name, displayName, standard, type: 'string', multi: lists.has(key), searchable: true }
        })
        return {
          attributes: [...itemsOf({ items: attributes, total: count ? attributes.length : undefined }, context)],
        }
      }),
  }
}

import {
  type CommonAccessItem,
  CommonAccessItemSchema,
  type CommonAccessService,
  type CommonAccessStatusUpdate,
} from '@assay/contracts/sailpoint/commonaccess/v1/common_access_service_pb'
import { identityNamesById } from '@assay/directory'
import { invalidArgument, itemAt, listed, notFound } from '@assay/errors'
import { type AccessProfile, knownProfileIds, ownerIdOf, queryProfiles, updateAccessProfile } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { itemsOf, readListQuery } from './list-request.ts'
import { commonAccessList } from './role-lists.ts'

const isCommon = { kind: 'comparison', field: 'commonAccess', operator: 'eq', value: true } as const

const mostUpdates = 100
const mostIds = 250

/** Roles that people have confirmed as common access. */
export function commonAccessService(service: ServiceContext): ServiceImpl<typeof CommonAccessService> {
  return {
    getCommonAccess: (request, context) =>
      asCaller(service, context, async (sql) => {
        const query = readListQuery(request, commonAccessList)
        const found = await queryProfiles(sql, { ...query, filter: { kind: 'and', of: [isCommon, query.filter] } })
        return { items: await toItems(sql, itemsOf(found, context), 'CONFIRMED') }
      }),

    createCommonAccess: ({ item }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { id, status } = readItem(item)
        const commonAccess = status === 'CONFIRMED'
        const { profile } = await updateAccessProfile(sql, tenantId, id, { commonAccess })
        const made = itemAt(await toItems(sql, [profile], status), 0)
        return made
      }),

    updateCommonAccessStatusInBulk: ({ updates }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const wanted = readUpdates(updates)
        const known = await knownProfileIds(sql, [...wanted.keys()])
        const unknown = [...wanted.keys()].filter((id) => !known.has(id))
        if (unknown.length > 0) {
          throw invalidArgument('body', `no role has the id ${listed(unknown.map((id) => JSON.stringify(id)))}`)
        }
        // The order of ids prevents that two callers who change the same roles wait for each other.
        for (const [id, commonAccess] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
          await updateAccessProfile(sql, tenantId, id, { commonAccess })
        }
        return {}
      }),
  }
}

function readItem(item: CommonAccessItem | undefined) {
  const { access, status = '' } = item ?? {}
  if (access === undefined) throw invalidArgument('access', 'is missing; give {"type": "ROLE", "id": ...}')
  if (access.type === 'ACCESS_PROFILE') throw notFound('access profile', access.id)
  if (access.type !== 'ROLE') throw invalidArgument('access.type', `must be ROLE, it is "${access.type}"`)
  if (status !== 'CONFIRMED' && status !== 'DENIED') {
    throw invalidArgument('status', `must be CONFIRMED or DENIED, it is "${status}"`)
  }
  return { id: access.id, status } as const
}

/** For each role, by its id in small letters, whether it becomes common access. */
function readUpdates(updates: readonly CommonAccessStatusUpdate[]): ReadonlyMap<string, boolean> {
  if (updates.length === 0 || updates.length > mostUpdates) {
    throw invalidArgument('body', `must be an array of 1 to ${mostUpdates} updates, it has ${updates.length}`)
  }
  const wanted = new Map<string, boolean>()
  const add = (ids: readonly string[], isCommon: boolean, field: string) => {
    for (const id of ids) {
      const key = id.toLowerCase()
      if (wanted.get(key) === !isCommon) throw invalidArgument(field, `"${id}" is to be confirmed and denied`)
      wanted.set(key, isCommon)
    }
  }
  for (const [at, { confirmedIds, deniedIds }] of updates.entries()) {
    add(confirmedIds, true, `[${at}].confirmedIds`)
    add(deniedIds, false, `[${at}].deniedIds`)
  }
  if (wanted.size === 0 || wanted.size > mostIds) {
    throw invalidArgument('body', `must name 1 to ${mostIds} roles, it names ${wanted.size}`)
  }
  return wanted
}

async function toItems(sql: TenantSql, profiles: readonly AccessProfile[], status: 'CONFIRMED' | 'DENIED') {
  const names = await identityNamesById(sql, [...new Set(profiles.map(ownerIdOf))])
  return profiles.map((profile) => {
    const ownerName = names.get(ownerIdOf(profile))
    return create(CommonAccessItemSchema, {
      id: profile.id,
      access: {
        id: profile.id,
        type: 'ROLE',
        name: profile.displayName,
        description: profile.description === '' ? undefined : profile.description,
        ownerName,
        ownerId: ownerName === undefined ? undefined : ownerIdOf(profile),
      },
      status,
      commonAccessType: 'UNSET',
      lastUpdated: profile.updatedAt.toISOString(),
      reviewedByUser: true,
      createdByUser: false,
    })
  })
}

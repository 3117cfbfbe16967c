import { type CandidateData, type RoleUpdates, roleUpdates, splitByHolding } from '@assay/candidates'
import { type Listed, type Page, passesTextFilter } from '@assay/collection-query'
import type { RoleInsightsService } from '@assay/contracts/sailpoint/roleinsights/v1/role_insights_service_pb'
import {
  countEnabledIdentities,
  countEntitlements,
  dataInForceSince,
  type Identity,
  identitiesByKey,
  identityNamesById,
} from '@assay/directory'
import { itemAt, notFound } from '@assay/errors'
import {
  type AccessProfile,
  entitlementsOfProfiles,
  type FinishedTask,
  getAccessProfile,
  getFinishedTask,
  listAccessProfiles,
  ownerIdOf,
  type ProfilePosition,
  profileReach,
  storeFinishedTask,
} from '@assay/profiles'
import { csvRows } from '@assay/role-sessions'
import { CallPlaces, principalOf } from '@assay/server'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { onCandidates } from '../candidates/with-caller.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { attributesOf } from './convert-identity.ts'
import {
  insightOf,
  type SourcedEntitlement,
  sourcedEntitlements,
  toChangeMessage,
  toEntitlementMembers,
  toInsightMessage,
} from './convert-insight.ts'
import { itemsOf, readListQuery } from './list-request.ts'
import { currentEntitlementList, entitlementChangeList, insightIdentityList, insightList } from './role-lists.ts'

/** The number of profiles that are read together. */
const atATime = 250
/** The most ids in a request. */
const mostRoleIds = 1_000

/** Entitlements that roles could give in addition, from the drift of access profiles. */
export function roleInsightsService(service: ServiceContext): ServiceImpl<typeof RoleInsightsService> {
  // A measurement reads the access of the members of all profiles.
  const places = new CallPlaces({ noun: 'insights', process: 2, tenant: 1, waiting: 100 })
  const measure = <T>(context: HandlerContext, work: (data: CandidateData, found: RoleUpdates[]) => Promise<T>) =>
    places.run(principalOf(context).tenantId, context.signal, () =>
      onCandidates(service, context, async (data) => work(data, await allUpdates(data, context.signal))),
    )

  return {
    getRoleInsights: (request, context) =>
      measure(context, async (data, found) => {
        const { filter, sorters, page, wantsTotal } = readListQuery(request, insightList)
        const names = await ownerNames(data, found)
        const fields = ({ profile }: RoleUpdates) => ({
          name: profile.displayName,
          description: profile.description,
          ownerName: names.get(ownerIdOf(profile)),
        })
        const passing = found.filter((one) => passesTextFilter(filter, (field) => fields(one)[field]))
        const sorted = sortedBy(passing, sorters, {
          numberOfUpdates: ({ updates }) => updates.length,
          identitiesWithAccess: ({ holdingAll }) => holdingAll,
          totalNumberOfIdentities: ({ people }) => people.length,
        })
        const since = await dataInForceSince(data.sql)
        const shown = itemsOf(partOf(sorted, page, wantsTotal), context)
        return { insights: shown.map((one) => toInsightMessage(one, names, since)) }
      }),

    getRoleInsightsSummary: (_, context) =>
      measure(context, async ({ sql }, found) => {
        const reach = await profileReach(sql)
        return {
          numberOfUpdates: found.length,
          lastGenerated: (await dataInForceSince(sql))?.toISOString(),
          entitlementsIncludedInRoles: reach.entitlementCount,
          totalNumberOfEntitlements: await countEntitlements(sql),
          identitiesWithAccessViaRoles: reach.identityCount,
          totalNumberOfIdentities: await countEnabledIdentities(sql),
        }
      }),

    createRoleInsightRequests: (_, context) =>
      measure(context, async ({ sql }, found) => {
        const { tenantId, identityId } = principalOf(context)
        const since = await dataInForceSince(sql)
        const outcome = {
          numberOfUpdates: found.length,
          roleIds: found.slice(0, mostRoleIds).map(({ profile }) => profile.id),
          lastGenerated: since?.toISOString(),
        }
        return toRequestMessage(
          await storeFinishedTask(sql, tenantId, { kind: 'drift.measure', launchedBy: identityId, outcome }),
        )
      }),

    getRoleInsightsRequests: ({ id }, context) =>
      asCaller(service, context, async (sql) => toRequestMessage(await getFinishedTask(sql, id, 'drift.measure'))),

    getRoleInsight: ({ insightId }, context) =>
      onCandidates(service, context, async (data) => {
        const found = await updatesOf(data, insightId)
        if (found.updates.length === 0) throw notFound('insight', insightId)
        const since = await dataInForceSince(data.sql)
        return toInsightMessage(found, await ownerNames(data, [found]), since)
      }),

    getRoleInsightsEntitlementsChanges: ({ insightId, ...request }, context) =>
      onCandidates(service, context, async (data) => {
        const { found, changes } = await changesOf(data, insightId, request)
        const messages = changes.map(({ entitlement, holders }) => toChangeMessage(found, entitlement, holders))
        return { changes: messages }
      }),

    downloadRoleInsightsEntitlementsChanges: ({ insightId, ...request }, context) =>
      onCandidates(service, context, async (data) => {
        const { found, changes } = await changesOf(data, insightId, request)
        context.responseHeader.set('content-disposition', `attachment; filename="role-insight-${found.profile.id}.csv"`)
        const rows = changes.map(({ entitlement, holders }) => {
          const { identitiesWithAccess, identitiesImpacted, totalNumberOfIdentities } = insightOf(found, holders)
          const { id, name, description = '', attribute = '', value, source } = toEntitlementMembers(entitlement)
          const counts = [identitiesWithAccess, identitiesImpacted, totalNumberOfIdentities].map(String)
          return [id, name, description, attribute, value, source, ...counts]
        })
        return { contentType: 'text/csv', data: new TextEncoder().encode(csvRows([head, ...rows])) }
      }),

    getRoleInsightsCurrentEntitlements: ({ insightId, filters }, context) =>
      asCaller(service, context, async (sql) => {
        const { filter } = readListQuery({ filters }, currentEntitlementList)
        const { id } = await getAccessProfile(sql, insightId)
        const keys = ((await entitlementsOfProfiles(sql, [id])).get(id) ?? []).map(({ key }) => key)
        const details = await sourcedEntitlements(sql, keys)
        const entitlements = keys.flatMap((key) => details.get(key) ?? [])
        return {
          entitlements: entitlements
            .filter((one) => passesTextFilter(filter, (field) => textOf(one, field)))
            .map(toEntitlementMembers),
        }
      }),

    getEntitlementChangesIdentities: ({ insightId, entitlementId, hasEntitlement, ...request }, context) =>
      onCandidates(service, context, async (data) => {
        const { filter, sorters, page, wantsTotal } = readListQuery(request, insightIdentityList)
        const { found, changes } = await changesOf(data, insightId, {})
        const change = changes.find(({ entitlement }) => entitlement.id === entitlementId)
        if (change === undefined) throw notFound('entitlement', entitlementId)
        const { snapshot } = data.loaded
        const split = splitByHolding(snapshot, found.people, change.ordinal)
        const people = hasEntitlement === true ? split.holding : split.lacking
        const known = await identitiesByKey(
          data.sql,
          Array.from(people, (person) => itemAt(snapshot.identityKey, person)),
        )
        const named = [...known.values()].map((identity) => ({ identity, name: nameOf(identity) }))
        const passing = named.filter(({ name }) => passesTextFilter(filter, () => name))
        const turn = sorters[0]?.descending === true ? -1 : 1
        passing.sort((a, b) => turn * compareTexts(a.name, b.name) || compareTexts(a.identity.id, b.identity.id))
        const shown = itemsOf(partOf(passing, page, wantsTotal), context)
        return {
          identities: shown.map(({ identity, name }) => ({
            id: identity.id,
            name,
            attributes: textAttributes(identity),
          })),
        }
      }),
  }
}

const head = [
  'id',
  'name',
  'description',
  'attribute',
  'value',
  'source',
  'identitiesWithAccess',
  'identitiesImpacted',
  'totalNumberOfIdentities',
]

/** The profiles that have updates, sorted by name. */
async function allUpdates(data: CandidateData, signal: AbortSignal): Promise<RoleUpdates[]> {
  const found: RoleUpdates[] = []
  let after: ProfilePosition | undefined
  do {
    const { profiles, last } = await listAccessProfiles(data.sql, { size: atATime, after })
    for await (const one of roleUpdates(data, profiles)) {
      signal.throwIfAborted()
      if (one.updates.length > 0) found.push(one)
    }
    after = last
  } while (after !== undefined)
  return found
}

/** @throws not_found */
async function updatesOf(data: CandidateData, id: string): Promise<RoleUpdates> {
  const profile: AccessProfile = await getAccessProfile(data.sql, id)
  const [found] = await Array.fromAsync(roleUpdates(data, [profile]))
  if (found === undefined) throw notFound('insight', id)
  return found
}

async function changesOf(
  data: CandidateData,
  id: string,
  request: { readonly filters?: string | undefined; readonly sorters?: string | undefined },
) {
  const { filter, sorters } = readListQuery(request, entitlementChangeList)
  const found = await updatesOf(data, id)
  const { entitlementKey } = data.loaded.snapshot
  const details = await sourcedEntitlements(
    data.sql,
    found.updates.map(({ entitlement }) => itemAt(entitlementKey, entitlement)),
  )
  const changes = found.updates.flatMap(({ entitlement: ordinal, holders }) => {
    const entitlement = details.get(itemAt(entitlementKey, ordinal))
    return entitlement === undefined ? [] : [{ ordinal, entitlement, holders }]
  })
  const passing = changes.filter(({ entitlement }) => passesTextFilter(filter, (field) => textOf(entitlement, field)))
  return {
    found,
    changes: sortedBy(passing, sorters, {
      identitiesWithAccess: ({ holders }) => holders,
      name: ({ entitlement }) => toEntitlementMembers(entitlement).name.toLowerCase(),
    }),
  }
}

function textOf(entitlement: SourcedEntitlement, field: 'name' | 'description'): string | undefined {
  return toEntitlementMembers(entitlement)[field]
}

function ownerNames({ sql }: CandidateData, found: readonly RoleUpdates[]) {
  return identityNamesById(sql, [...new Set(found.map(({ profile }) => ownerIdOf(profile)))])
}

function partOf<T>(items: readonly T[], { limit, offset }: Page, wantsTotal: boolean): Listed<T> {
  return { items: items.slice(offset, offset + limit), total: wantsTotal ? items.length : undefined }
}

/** Sorts the items; items with equal keys keep their order. */
function sortedBy<T, Name extends string>(
  items: readonly T[],
  sorters: readonly { readonly name: Name; readonly descending: boolean }[],
  keys: Readonly<Record<Name, (item: T) => number | string>>,
): T[] {
  const compare = (a: T, b: T) => {
    for (const { name, descending } of sorters) {
      const [one, other] = [keys[name](a), keys[name](b)]
      const order = one < other ? -1 : one > other ? 1 : 0
      if (order !== 0) return descending ? -order : order
    }
    return 0
  }
  return items.toSorted(compare)
}

function toRequestMessage({ id, createdAt, outcome }: FinishedTask) {
  const { numberOfUpdates, roleIds, lastGenerated } = outcome as {
    numberOfUpdates: number
    roleIds: string[]
    lastGenerated?: string
  }
  return { id, createdDate: createdAt.toISOString(), lastGenerated, numberOfUpdates, roleIds, status: 'COMPLETED' }
}

function nameOf({ displayName, username, id }: Identity): string {
  return displayName || username || id
}

/** The attributes that are texts; SailPoint describes only texts here. */
function textAttributes(identity: Identity): Record<string, string> {
  const texts = Object.entries(attributesOf(identity)).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(texts)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

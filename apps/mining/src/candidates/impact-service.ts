import {
  batchTotals,
  type CandidateData,
  cellPage,
  dayText,
  entitlementPlaces,
  everything,
  exportedCells,
  type ImpactPosition,
  identityPlaces,
  impactBasis,
  impactOf,
  namedCells,
  orphansBeside,
} from '@assay/candidates'
import type { Candidate } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import {
  ExportImpactRequest_Format as Format,
  type ImpactService,
  type ImpactSettings as SettingsMessage,
} from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { entitlementKeys, identityKeys } from '@assay/directory'
import { invalidArgument, notFound } from '@assay/errors'
import { type CohortFilter, checkFilters, peopleWithin } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import type { ServiceContext } from '../service-context.ts'
import { fromCandidateMessage, toResolvedMessage } from './convert-candidate.ts'
import {
  fromChanges,
  fromSettingsMessage,
  toApartMessage,
  toCellMessage,
  toCountMessage,
  toEntitlementMessages,
  toIdentityMessages,
} from './convert-impact.ts'
import { onCandidates } from './with-caller.ts'

interface Asked {
  readonly candidate?: Candidate | undefined
  readonly settings?: SettingsMessage | undefined
}

/** The changes that a candidate would make. */
export function impactService(service: ServiceContext): ServiceImpl<typeof ImpactService> {
  return {
    computeImpact: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const identityPages = pagesOf(service, tenantId, 'identities', request)
        const entitlementPages = pagesOf(service, tenantId, 'entitlements', request)
        const computed = await computedOf(data, request)
        const { impact, candidate } = computed
        const people = identityPlaces(computed, everything, identityPages)
        const given = entitlementPlaces(computed, everything, entitlementPages)
        const [orphans, identities, entitlements] = await Promise.all([
          orphansBeside(data, candidate),
          toIdentityMessages(data.sql, computed, people.places),
          toEntitlementMessages(data.sql, computed, given.places),
        ])
        return {
          candidate: toResolvedMessage(computed.snapshot, candidate),
          gains: toCountMessage(impact.totals.gains),
          alreadyHeld: toCountMessage(impact.totals.alreadyHeld),
          replaced: toCountMessage(impact.totals.replaced),
          losses: toCountMessage(impact.totals.losses),
          unchanged: toCountMessage(impact.totals.unchanged),
          heldByGroupsAlone: BigInt(impact.heldByGroupsAlone),
          gainingPeople: impact.gainingPeople,
          losingPeople: impact.losingPeople,
          services: toApartMessage(impact.services),
          disabled: toApartMessage(impact.disabled),
          orphanAccounts: BigInt(orphans),
          identities,
          nextIdentitiesPageToken: identityPages.next(people.next),
          entitlements,
          nextEntitlementsPageToken: entitlementPages.next(given.next),
          unusedBeforeDay: dayText(computed.unusedBefore),
        }
      }),

    listImpactIdentities: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const { changes, privilegedOnly, riskyOnly, filters } = request
        const plain = filters.map(({ attribute, values }) => ({ attribute, values }))
        const asked = [changes, privilegedOnly, riskyOnly, plain]
        const pages = pagesOf(service, tenantId, 'identities', request, asked)
        const computed = await computedOf(data, request)
        const among = await peopleOf(data, plain)
        const filter = { changes: fromChanges(changes), privilegedOnly, riskyOnly, among }
        const { places, total, next } = identityPlaces(computed, filter, pages)
        const identities = await toIdentityMessages(data.sql, computed, places)
        return { identities, nextPageToken: pages.next(next), totalSize: total }
      }),

    listImpactEntitlements: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const { changes, privilegedOnly, riskyOnly } = request
        const pages = pagesOf(service, tenantId, 'entitlements', request, [changes, privilegedOnly, riskyOnly])
        const computed = await computedOf(data, request)
        const filter = { changes: fromChanges(changes), privilegedOnly, riskyOnly }
        const { places, total, next } = entitlementPlaces(computed, filter, pages)
        const entitlements = await toEntitlementMessages(data.sql, computed, places)
        return { entitlements, nextPageToken: pages.next(next), totalSize: total }
      }),

    listImpactCells: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const { identityId, entitlement } = request
        const named = entitlement && [entitlement.applicationId, entitlement.entitlementId]
        const pages = pagesOf(service, tenantId, 'cells', request, [request.changes, identityId, named])
        const changes = fromChanges(request.changes)
        const subject = await subjectOf(data, request)
        const computed = await computedOf(data, request)
        const { cells, total, next } = cellPage(computed, subject, changes, pages)
        const listed = await namedCells(data.sql, computed, cells)
        return { cells: listed.map(toCellMessage), nextPageToken: pages.next(next), totalSize: total }
      }),

    async *exportImpact(request, context) {
      const format = request.format === Format.NDJSON ? 'ndjson' : 'csv'
      const contentType = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      const changes = fromChanges(request.changes)
      const computed = await onCandidates(service, context, (data) => computedOf(data, request))
      const caller = principalOf(context)
      const within = <T>(work: (sql: TenantSql) => Promise<T>) => service.snapshots.asReader(caller, work)
      context.responseHeader.set('content-disposition', `attachment; filename="impact.${format}"`)
      const wanted = changes.length === 0 ? (['gain', 'loss'] as const) : changes
      for await (const data of exportedCells(within, computed, wanted, format))
        yield { contentType, data: data as Uint8Array<ArrayBuffer> }
    },

    batchComputeImpact: ({ candidates, settings }, context) =>
      onCandidates(service, context, async (data) => {
        const references = candidates.map((one, place) => fromCandidateMessage(one, `candidates[${place}]`))
        const found = await batchTotals(data, references, fromSettingsMessage(settings), context.signal)
        return {
          totals: found.map((one) => {
            if ('error' in one) return { errorMessage: one.error.message }
            const { impact, candidate } = one
            return {
              gains: toCountMessage(impact.totals.gains),
              losses: toCountMessage(impact.totals.losses),
              peopleCount: impact.members,
              entitlementCount: candidate.entitlements.length,
              stale: candidate.stale,
            }
          }),
        }
      }),
  }
}

async function computedOf(data: CandidateData, { candidate, settings }: Asked) {
  const basis = await impactBasis(data, fromSettingsMessage(settings))
  return impactOf(data, await data.resolve(fromCandidateMessage(candidate, 'candidate')), basis)
}

/**
 * Pages of one list of a candidate. The version in a page token covers the candidate and the settings, so a token of ComputeImpact
 * continues in the list calls.
 * @param asked the filters of the list; empty filters are the same as none, which ComputeImpact has
 */
function pagesOf(
  { pageTokens }: ServiceContext,
  tenantId: number,
  list: string,
  { pageSize, pageToken = '' }: { readonly pageSize: number; readonly pageToken?: string },
  asked: readonly unknown[] = [],
) {
  const isAsked = asked.some((one) => (Array.isArray(one) ? one.length > 0 : Boolean(one)))
  return new Pages<ImpactPosition>(pageTokens, ['impact', tenantId, list, isAsked ? asked : []], {
    pageSize,
    pageToken,
  })
}

async function peopleOf({ sql, loaded }: CandidateData, filters: readonly CohortFilter[]) {
  if (filters.length === 0) return undefined
  const known = loaded.snapshot.attributes.map(({ key }) => key)
  return peopleWithin(sql, loaded.snapshot, [{ filters: checkFilters('filters', filters, known) }])
}

async function subjectOf(
  { sql, loaded }: CandidateData,
  { identityId, entitlement }: { readonly identityId: string; readonly entitlement?: EntitlementReference | undefined },
) {
  if ((identityId === '') === (entitlement === undefined))
    throw invalidArgument('identity_id', 'give either this or an entitlement')
  if (entitlement !== undefined) {
    const [key = -1] = await entitlementKeys(sql, [entitlement])
    if (key < 0) throw notFound('entitlement', entitlement.entitlementId)
    return { entitlement: loaded.snapshot.entitlementKey.indexOf(key) }
  }
  const key = (await identityKeys(sql, [identityId])).get(identityId)
  if (key === undefined) throw notFound('identity', identityId)
  return { identity: loaded.snapshot.identityKey.indexOf(key) }
}

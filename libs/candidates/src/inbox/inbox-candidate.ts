import { createHash } from 'node:crypto'
import { type EntitlementDetails, entitlementsByKey } from '@assay/directory'
import { aborted, notFound } from '@assay/errors'
import { getSuggestion, isRisky, type Suggestion, type SuggestionState, suggestionsById } from '@assay/role-mining'
import { findInboxRole, type InboxRole, inboxRolesById } from '@assay/role-sessions'
import { isUuid, type TenantSql } from '@assay/store'

export const inboxKinds = ['suggestion', 'potential_role'] as const
export type InboxKind = (typeof inboxKinds)[number]
export type InboxState = SuggestionState

/** A mined candidate, with the figures for a decision. */
export interface InboxCandidate {
  readonly kind: InboxKind
  readonly id: string
  readonly name: string
  readonly description: string
  readonly state: InboxState
  /** For a suggestion the filters of its people; for a potential role the conditions that describe its people best. */
  readonly conditions: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  readonly peopleCount: number
  /** Undefined for a potential role, for which it is not counted. */
  readonly peopleWithAllCount: number | undefined
  /** Shares, 0 to 1. */
  readonly averageCoverage: number
  readonly confidence: number
  readonly insights: readonly string[]
  readonly profileId: string | null
  /** The session that returned a potential role. */
  readonly session: { readonly id: string; readonly name: string } | undefined
  readonly updatedAt: Date
  /** Changes with the subject of a decision: state, people and entitlements, and not with figures. */
  readonly etag: string
  /** As mining returned them, most holders first. */
  readonly entitlements: readonly InboxEntitlement[]
  /** Number of pairs of a person and an entitlement that the person lacks and would get. */
  readonly gainCount: number
  readonly riskyGainCount: number
  /** Whether the data have a risk level for at least one of its entitlements. */
  readonly riskKnown: boolean
}

interface InboxEntitlement {
  readonly key: number
  /** Undefined for an entitlement that the directory never had. */
  readonly details: EntitlementDetails | undefined
  readonly holderCount: number
}

/** A candidate of any kind; ids are unique over all kinds. */
type Found =
  | { readonly kind: 'suggestion'; readonly suggestion: Suggestion }
  | { readonly kind: 'potential_role'; readonly role: InboxRole }

/** @throws not_found when no candidate has the id, or when the text is no UUID */
export async function findCandidate(sql: TenantSql, id: string): Promise<Found> {
  if (isUuid(id)) {
    const role = await findInboxRole(sql, id)
    if (role !== undefined) return { kind: 'potential_role', role }
  }
  return { kind: 'suggestion', suggestion: await getSuggestion(sql, id) }
}

/** @throws not_found when no candidate has the id, or when the text is no UUID */
export async function getInboxCandidate(sql: TenantSql, id: string): Promise<InboxCandidate> {
  const [candidate] = await candidatesOf(sql, [await findCandidate(sql, id)])
  if (candidate === undefined) throw notFound('candidate', id)
  return candidate
}

/** In the order of the ids; candidates that were removed meanwhile are left out. */
export async function inboxCandidates(sql: TenantSql, ids: readonly string[]): Promise<InboxCandidate[]> {
  const [suggestions, roles] = await Promise.all([suggestionsById(sql, ids), inboxRolesById(sql, ids)])
  const found = new Map<string, Found>([
    ...suggestions.map((suggestion) => [suggestion.id, { kind: 'suggestion', suggestion }] as const),
    ...roles.map((role) => [role.id, { kind: 'potential_role', role }] as const),
  ])
  return candidatesOf(
    sql,
    ids.flatMap((id) => found.get(id) ?? []),
  )
}

/** Adds the names of their entitlements, looked up once for all candidates. */
async function candidatesOf(sql: TenantSql, found: readonly Found[]): Promise<InboxCandidate[]> {
  const keys = new Set(found.flatMap((one) => entitlementsOf(one).map(({ key }) => key)))
  const details = await entitlementsByKey(sql, [...keys])
  return found.map((one) => {
    const said = one.kind === 'suggestion' ? ofSuggestion(one.suggestion) : ofRole(one.role)
    const entitlements = entitlementsOf(one).map(({ key, grantedCount }) => {
      return { key, details: details.get(key), holderCount: grantedCount }
    })
    return { ...said, kind: one.kind, entitlements, ...gainsOf(said.peopleCount, entitlements) }
  })
}

function entitlementsOf(found: Found) {
  return found.kind === 'suggestion' ? found.suggestion.entitlements : found.role.entitlements
}

function gainsOf(peopleCount: number, entitlements: readonly InboxEntitlement[]) {
  let gainCount = 0
  let riskyGainCount = 0
  for (const { details, holderCount } of entitlements) {
    gainCount += peopleCount - holderCount
    if (isRisky(details?.riskLevel ?? '')) riskyGainCount += peopleCount - holderCount
  }
  const riskKnown = entitlements.some(({ details }) => details !== undefined && details.riskLevel !== '')
  return { gainCount, riskyGainCount, riskKnown }
}

type Said = Omit<InboxCandidate, 'kind' | 'entitlements' | 'gainCount' | 'riskyGainCount' | 'riskKnown'>

function ofSuggestion(suggestion: Suggestion): Said {
  return {
    id: suggestion.id,
    name: suggestion.suggestedName,
    description: suggestion.description,
    state: suggestion.state,
    conditions: suggestion.cohortFilters,
    peopleCount: suggestion.cohortSize,
    peopleWithAllCount: suggestion.usersWithAll,
    averageCoverage: suggestion.avgCoverage,
    confidence: suggestion.confidence,
    insights: suggestion.insights,
    profileId: suggestion.createdProfileId,
    session: undefined,
    updatedAt: suggestion.updatedAt,
    etag: etagOfSuggestion(suggestion),
  }
}

function ofRole(role: InboxRole): Said {
  return {
    id: role.id,
    name: role.name,
    description: role.description,
    state: role.state,
    conditions: role.nearest?.filters ?? [],
    peopleCount: role.identityCount,
    peopleWithAllCount: undefined,
    averageCoverage: role.density / 100,
    confidence: role.quality / 100,
    insights: [],
    profileId: role.profileId,
    session: { id: role.sessionId, name: role.sessionName },
    updatedAt: role.modifiedAt,
    etag: etagOfRole(role),
  }
}

export function etagOfSuggestion({ id, state, createdProfileId, cohortFilters, entitlements }: Suggestion): string {
  return etagOf([id, state, createdProfileId, cohortFilters, keysOf(entitlements)])
}

export function etagOfRole({ id, state, profileId, peopleDigest, entitlements }: InboxRole): string {
  return etagOf([id, state, profileId, peopleDigest, keysOf(entitlements)])
}

function keysOf(entitlements: readonly { readonly key: number }[]): number[] {
  return entitlements.map(({ key }) => key).toSorted((a, b) => a - b)
}

function etagOf(content: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`
}

/** @param expected the etag that was read; empty to accept any state. @throws aborted when the present etag differs */
export function requireUnchanged(
  present: { readonly name: string; readonly state: InboxState; readonly etag: string; readonly count: number },
  expected: string,
): void {
  const { name, state, etag, count } = present
  if (expected === '' || expected === etag) return
  const is = { new: 'is open', accepted: 'was accepted', dismissed: 'was dismissed' }[state]
  throw aborted(`"${name}" has changed since it was read: it ${is} now, with ${count} entitlements; read it again`, {
    reason: 'ETAG_MISMATCH',
  })
}

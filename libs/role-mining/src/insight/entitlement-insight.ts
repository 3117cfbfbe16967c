import { type Entitlement, getEntitlement, type Identity, identitiesByKey } from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt, notFound } from '@assay/errors'
import { type CohortQuestions, type HolderDescription, isWithin, ordinalOf, type Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import { placeAfter } from '../search-cohort.ts'
import type { SuggestionState } from '../suggestions.ts'

/** The id of an entitlement; the application may be empty when only one has such an entitlement. */
export interface AskedEntitlement {
  readonly applicationId: string
  readonly entitlementId: string
}

/** The entitlements of a question, as the directory and the snapshot have them. */
interface EntitlementSubject {
  readonly loaded: LoadedSnapshot
  readonly entitlements: readonly Entitlement[]
  /** Their ordinals, parallel to `entitlements`. */
  readonly ordinals: readonly number[]
}

const mostAsked = 20

/**
 * Finds the entitlements of a question.
 * @throws invalid_argument for none, too many, or one twice; not_found; failed_precondition for an id of several applications, and before
 * the first import
 */
export async function entitlementSubject(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  asked: readonly AskedEntitlement[],
): Promise<EntitlementSubject> {
  if (asked.length === 0) throw invalidArgument('entitlements', 'must name at least one entitlement')
  if (asked.length > mostAsked)
    throw invalidArgument('entitlements', `at most ${mostAsked} entitlements, not ${asked.length}`)
  const entitlements: Entitlement[] = []
  for (const [place, { applicationId, entitlementId }] of asked.entries()) {
    const found = await getEntitlement(sql, entitlementId, applicationId)
    if (entitlements.some(({ key }) => key === found.key))
      throw invalidArgument(`entitlements[${place}]`, 'is named twice')
    entitlements.push(found)
  }
  // Ids are checked first: for another tenant, which may have no data, the entitlements do not exist.
  const current = requireData(loaded)
  const ordinals = entitlements.map(({ key, id, applicationId }) => {
    const ordinal = ordinalOf(current.snapshot.entitlementKey, key)
    if (ordinal < 0) throw notFound('entitlement', `${applicationId}/${id}`)
    return ordinal
  })
  return { loaded: current, entitlements, ordinals }
}

/** @throws failed_precondition before the first import */
export function requireData(loaded: LoadedSnapshot | undefined): LoadedSnapshot {
  if (loaded === undefined) throw failedPrecondition('There is no access data yet; commit an import first.')
  return loaded
}

/** 20 descriptions of 100,000 holders take 8 MB. They are garbage collected with their snapshot. */
const mostRemembered = 20
const remembered = new WeakMap<Snapshot, Map<string, Promise<HolderDescription>>>()

/** The holders of the entitlements, cached: a client that pages through the holders needs the same description for each page. */
export async function holdersOfSubject(
  questions: CohortQuestions,
  tenantId: number,
  { loaded, ordinals }: Pick<EntitlementSubject, 'loaded' | 'ordinals'>,
): Promise<HolderDescription> {
  const known = remembered.get(loaded.snapshot) ?? new Map<string, Promise<HolderDescription>>()
  remembered.set(loaded.snapshot, known)
  const key = ordinals.join()
  const question = { kind: 'describe-holders', entitlements: ordinals } as const
  // Not cancelled when its caller leaves: others may wait for the same description, and it takes a fraction of a second.
  const asked = known.get(key) ?? questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question)
  known.delete(key)
  known.set(key, asked)
  for (const [oldest] of known) {
    if (known.size <= mostRemembered) break
    known.delete(oldest)
  }
  try {
    return await asked
  } catch (error) {
    if (known.get(key) === asked) known.delete(key)
    throw error
  }
}

/** A summary of a suggestion that contains the requested entitlements. */
interface ContainingSuggestion {
  readonly id: string
  readonly name: string
  readonly state: SuggestionState
  readonly cohortSize: number
  readonly entitlementCount: number
}

/** The suggestions that contain all of some entitlements, by confidence and id, at most `limit`. */
export async function suggestionsContaining(
  sql: TenantSql,
  entitlementKeys: readonly number[],
  limit: number,
): Promise<ContainingSuggestion[]> {
  const wanted = entitlementKeys.map((key) => ({ key }))
  return sql<ContainingSuggestion[]>`
    select id, suggested_name as name, state, cohort_size as "cohortSize",
      jsonb_array_length(entitlements) as "entitlementCount"
    from role_mining_suggestions where entitlements @> ${sql.json(wanted)}
    order by confidence desc, id limit ${limit}`
}

/** The people to list: all holders, those whom the pattern does not describe, or those whom it describes and who lack an entitlement. */
export type HolderSelection = 'holders' | 'against' | 'lacking'

/** The key of the identity at the end of a page. */
export type HolderPosition = readonly [identityKey: number]

interface HolderPage {
  readonly people: readonly { readonly identity: Identity; readonly lacking: readonly Entitlement[] }[]
  readonly total: number
  readonly last: HolderPosition | undefined
}

/** One page of people, in the order in which the directory first saw them. */
export async function listHolders(
  sql: TenantSql,
  { loaded: { snapshot }, entitlements, ordinals }: EntitlementSubject,
  description: HolderDescription,
  selection: HolderSelection,
  page: { readonly size: number; readonly after?: HolderPosition | undefined },
): Promise<HolderPage> {
  const { rowOffset, rowEntitlement } = snapshot
  const all = description[selection]
  const start = page.after === undefined ? 0 : placeAfter(snapshot, all, page.after[0])
  const shown = all.subarray(start, start + page.size)
  const keys = Array.from(shown, (ordinal) => itemAt(snapshot.identityKey, ordinal))
  const identities = await identitiesByKey(sql, keys)
  const people = Array.from(shown).flatMap((ordinal) => {
    const identity = identities.get(itemAt(snapshot.identityKey, ordinal))
    if (identity === undefined) return []
    const [from, to] = [itemAt(rowOffset, ordinal), itemAt(rowOffset, ordinal + 1)]
    const lacking = entitlements.filter((_, i) => !isWithin(rowEntitlement, itemAt(ordinals, i), from, to))
    return [{ identity, lacking }]
  })
  const lastKey = keys.at(-1)
  const hasMore = start + page.size < all.length && lastKey !== undefined
  return { people, total: all.length, last: hasMore ? [lastKey] : undefined }
}

import { aborted, invalidArgument } from '@assay/errors'
import { type CellChange, type ImpactColumns, type ImpactKind, impactMarks, mostAffectedFirst } from '@assay/mining'
import type { ComputedImpact } from './compute-impact.ts'

/** The position at which a page begins: the version of the figures, and the index of the item. */
export type ImpactPosition = readonly [version: string, offset: number]

interface ImpactPage {
  readonly size: number
  readonly after?: ImpactPosition | undefined
}

/** The indexes of one page, and the position of the next page. */
interface ImpactPlaces {
  readonly places: Uint32Array
  readonly total: number
  readonly next: ImpactPosition | undefined
}

/** The conditions of a list. */
interface ImpactFilter {
  /** Only those with at least one of these changes; empty for all. */
  readonly changes: readonly CellChange[]
  readonly privilegedOnly: boolean
  readonly riskyOnly: boolean
  /** Ordinals, ascending, of the identities to list; undefined for all. */
  readonly among?: Uint32Array | undefined
}

export const everything: ImpactFilter = { changes: [], privilegedOnly: false, riskyOnly: false }

const kindOf: Readonly<Record<CellChange, ImpactKind>> = {
  gain: 'gains',
  replaced: 'replaced',
  loss: 'losses',
  unchanged: 'unchanged',
}

/** Indexes in `impact.identities`, the most affected first. @throws aborted when the figures differ from those of `after` */
export function identityPlaces(computed: ComputedImpact, filter: ImpactFilter, page: ImpactPage): ImpactPlaces {
  const { identities } = computed.impact
  const isAmong = filter.among && marked(computed.snapshot.identityCount, filter.among)
  const takes = (place: number) =>
    (isAmong === undefined || isAmong[identities.identity[place]!] === 1) &&
    (!filter.privilegedOnly || identities.privilegedChanges[place]! > 0) &&
    (!filter.riskyOnly || identities.riskyChanges[place]! > 0) &&
    happens(identities, place, filter.changes)
  return pageOf(computed.version, mostAffectedFirst(identities, takes), page)
}

/** Indexes in the candidate's entitlements, the most affected first. @throws as identityPlaces */
export function entitlementPlaces(computed: ComputedImpact, filter: ImpactFilter, page: ImpactPage): ImpactPlaces {
  const { entitlements, marks } = computed.question
  const columns = computed.impact.entitlements
  const takes = (place: number) =>
    (!filter.privilegedOnly || (marks[entitlements[place]!]! & impactMarks.privileged) > 0) &&
    (!filter.riskyOnly || (marks[entitlements[place]!]! & impactMarks.risky) > 0) &&
    happens(columns, place, filter.changes)
  return pageOf(computed.version, mostAffectedFirst(columns, takes), page)
}

/** A page of a list that belongs to a version of the figures. @throws aborted when `after` has another version */
function pageOf(version: string, all: Uint32Array, { size, after }: ImpactPage): ImpactPlaces {
  if (after !== undefined && after[0] !== version)
    throw aborted(
      'the candidate, the access data or the access profiles have changed since the previous page; start again from the first page',
      {
        reason: 'IMPACT_CHANGED',
      },
    )
  const from = after?.[1] ?? 0
  const end = from + size
  return { places: all.slice(from, end), total: all.length, next: end < all.length ? [version, end] : undefined }
}

function happens(columns: ImpactColumns, place: number, changes: readonly CellChange[]): boolean {
  return changes.length === 0 || changes.some((change) => columns[kindOf[change]][place]! > 0)
}

function marked(count: number, ordinals: Uint32Array): Uint8Array {
  const marks = new Uint8Array(count)
  for (let i = 0; i < ordinals.length; i++) marks[ordinals[i]!] = 1
  return marks
}

/** A pair of a person and an entitlement, by ordinals of the snapshot. */
export interface FoundCell {
  readonly identity: number
  readonly entitlement: number
  readonly change: CellChange
  /** In days since 1970-01-01; 0 when it is not known, or the entitlement is not assigned. */
  readonly lastUsedDay: number
}

/** The pairs of one listed identity, by entitlement. */
export function* cellsOfIdentity(
  { rows, question, snapshot }: ComputedImpact,
  identity: number,
  changes: readonly CellChange[],
): Generator<FoundCell> {
  for (const { position, change, place } of rows().cells(identity)) {
    if (changes.length > 0 && !changes.includes(change)) continue
    const lastUsedDay = place < 0 ? 0 : (snapshot.lastUsedDay?.[place] ?? 0)
    yield { identity, entitlement: question.entitlements[position]!, change, lastUsedDay }
  }
}

/** The subject of a list of pairs: one identity, or one entitlement; ordinals. */
type CellSubject = { readonly identity: number } | { readonly entitlement: number }

/** One page of pairs: those of one identity by entitlement, or those of one entitlement by identity. @throws as identityPlaces */
export function cellPage(
  computed: ComputedImpact,
  subject: CellSubject,
  changes: readonly CellChange[],
  page: ImpactPage,
): { readonly cells: FoundCell[]; readonly total: number; readonly next: ImpactPosition | undefined } {
  const all =
    'identity' in subject
      ? cellsOfOne(computed, subject.identity, changes)
      : cellsOfEach(computed, subject.entitlement, changes)
  const { places, total, next } = pageOf(computed.version, Uint32Array.from(all.keys()), page)
  return { cells: Array.from(places, (place) => all[place]!), total, next }
}

/** A person who is excluded, or not affected by the candidate, has no pairs. */
function cellsOfOne(computed: ComputedImpact, identity: number, changes: readonly CellChange[]): FoundCell[] {
  const isListed = computed.impact.identities.identity.includes(identity)
  return isListed ? [...cellsOfIdentity(computed, identity, changes)] : []
}

function cellsOfEach(
  { impact, question, rows, snapshot }: ComputedImpact,
  entitlement: number,
  changes: readonly CellChange[],
): FoundCell[] {
  const position = question.entitlements.indexOf(entitlement)
  if (position < 0) throw invalidArgument('entitlement', 'is not among the entitlements of the candidate')
  const found: FoundCell[] = []
  for (const identity of impact.identities.identity) {
    const cell = rows().cellOf(identity, position)
    if (cell === undefined || (changes.length > 0 && !changes.includes(cell.change))) continue
    const lastUsedDay = cell.place < 0 ? 0 : (snapshot.lastUsedDay?.[cell.place] ?? 0)
    found.push({ identity, entitlement, change: cell.change, lastUsedDay })
  }
  return found
}

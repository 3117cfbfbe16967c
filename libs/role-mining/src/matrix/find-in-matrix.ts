import { identityKeys, searchEntitlements, searchIdentities } from '@assay/directory'
import { invalidArgument, itemAt } from '@assay/errors'
import { ordinalOf } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import type { Matrix } from './matrix.ts'

const longestText = 256
/** The most people, and entitlements, of the organisation that the search compares with the matrix, sorted by name. */
const mostLookedFor = 1_000
/** The most rows, and columns, of an answer. */
const mostFound = 20

/** The rows and columns that match a part of a name, in the order of names. */
interface FoundPlaces {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
}

/** @throws invalid_argument for an empty text, and for one that is too long */
export function checkText(text: string): string {
  if (text.trim() === '') throw invalidArgument('text', 'must contain a part of a name, or an id')
  if ([...text].length > longestText) throw invalidArgument('text', `has more than ${longestText} characters`)
  return text
}

/** Finds rows and columns whose names contain a text, or whose id equals it. */
export async function findInMatrix(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  { order }: Matrix,
  text: string,
): Promise<FoundPlaces> {
  const page = { size: mostLookedFor }
  const [people, entitlements] = [
    await searchIdentities(sql, { ...anybody, query: text }, page),
    await searchEntitlements(sql, { ...anything, query: text }, page),
  ]
  const byId = await identityKeys(sql, [text.trim()])
  const personKeys = new Set([...byId.values(), ...people.identities.map(({ key }) => key)])
  return {
    rows: placesOf(order.rows, ordinals(snapshot.identityKey, personKeys)),
    columns: placesOf(
      order.columns,
      ordinals(
        snapshot.entitlementKey,
        entitlements.entitlements.map(({ key }) => key),
      ),
    ),
  }
}

function ordinals(known: Int32Array, keys: Iterable<number>): number[] {
  return Array.from(keys, (key) => ordinalOf(known, key)).filter((ordinal) => ordinal >= 0)
}

/** The places in the order of `wanted`; ordinals without a place are left out. */
function placesOf(placed: Uint32Array, wanted: readonly number[]): number[] {
  const rank = new Map(wanted.map((ordinal, at) => [ordinal, at]))
  const found: { readonly rank: number; readonly place: number }[] = []
  for (let place = 0; place < placed.length; place++) {
    const at = rank.get(itemAt(placed, place))
    if (at !== undefined) found.push({ rank: at, place })
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostFound)
    .map(({ place }) => place)
}

const anybody = {
  query: '',
  email: '',
  ids: [],
  exceptIds: [],
  departments: [],
  jobTitles: [],
  managerIds: [],
  statuses: ['enabled'],
  exceptTypes: ['service', 'agent', 'system'],
} as const

const anything = {
  query: '',
  displayName: '',
  applicationIds: [],
  exceptApplicationIds: [],
  references: [],
  exceptReferences: [],
  resources: [],
  resourceTypes: [],
  exceptResourceTypes: [],
  riskLevels: [],
  holderIds: [],
  exceptHolderIds: [],
  includeDeleted: false,
} as const

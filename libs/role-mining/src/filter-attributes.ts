import { builtInAttributes, identityNamesById } from '@assay/directory'
import { invalidArgument, itemAt, listed } from '@assay/errors'
import { eachValue, identityStatuses, identityTypes, type Snapshot, type SnapshotAttribute } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { LoadedSnapshot } from './loaded-snapshot.ts'

/** An attribute that can describe cohorts. */
interface FilterAttribute {
  readonly key: string
  readonly displayName: string
  /** True for attributes that every tenant has. */
  readonly isBuiltIn: boolean
}

/** A value that at least one enabled person has. */
interface AttributeValueCount {
  readonly value: string
  /** The manager's name for the attribute `manager`, otherwise the value. */
  readonly displayName: string
  /** The number of enabled people who have it. */
  readonly userCount: number
}

interface Page<Position> {
  readonly size: number
  readonly after?: Position | undefined
}

export type FilterAttributePosition = readonly [rank: number, key: string]
export type AttributeValuePosition = readonly [nameOrder: string, value: string]

const displayNames: Readonly<Record<string, string>> = {
  department: 'Department',
  job_title: 'Job title',
  manager: 'Manager',
  employment_type: 'Employment type',
  employment_status: 'Employment status',
  directory_status: 'Directory status',
}

const longestQuery = 1_000
/** Longer values are prose and not useful in a list; a filter may still name them. */
const longestValue = 500

/** The display name of an attribute: a fixed name for a built-in one, the key for a tenant's own. */
export function attributeName(key: string): string {
  return (Object.hasOwn(displayNames, key) && displayNames[key]) || key
}

/** Built-in attributes first, in the contract's order, then the tenant's own, by key. Before the first import only the built-in ones. */
export function listFilterAttributes(
  loaded: LoadedSnapshot | undefined,
  page: Page<FilterAttributePosition>,
): { attributes: readonly FilterAttribute[]; last: FilterAttributePosition | undefined } {
  const keys = loaded?.snapshot.attributes.map(({ key }) => key) ?? builtInAttributes
  const listed = keys
    .map((key) => [builtInAttributes.includes(key) ? builtInAttributes.indexOf(key) : keys.length, key] as const)
    .filter((position) => page.after === undefined || isAfter(position, page.after))
    .sort((a, b) => (isAfter(a, b) ? 1 : -1))
  const shown = listed.slice(0, page.size)
  return {
    attributes: shown.map(([, key]) => ({
      key,
      displayName: attributeName(key),
      isBuiltIn: builtInAttributes.includes(key),
    })),
    last: listed.length > page.size ? shown.at(-1) : undefined,
  }
}

/**
 * The values of an attribute that enabled people have, sorted by name regardless of case.
 * @param query part of the value or of its name, regardless of case; '' for all
 * @throws invalid_argument for an unknown attribute, with the known ones
 */
export async function listAttributeValues(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  attribute: string,
  query: string,
  page: Page<AttributeValuePosition>,
): Promise<{ values: readonly AttributeValueCount[]; last: AttributeValuePosition | undefined }> {
  const length = query.length > longestQuery ? [...query].length : query.length
  if (length > longestQuery)
    throw invalidArgument('q', `must have at most ${longestQuery} characters; it has ${length}`)
  const known = loaded?.snapshot.attributes.map(({ key }) => key) ?? builtInAttributes
  if (!known.includes(attribute))
    throw invalidArgument('attribute', `unknown attribute "${attribute}"; known are ${listed(known)}`)
  if (loaded === undefined) return { values: [], last: undefined }
  const { after, size } = page
  const part = query.trim().toLowerCase()
  const found: IndexedValue[] = []
  for (const one of await valuesOf(sql, loaded.snapshot, attribute)) {
    if (after !== undefined && !isAfter([one.nameOrder, one.value], after)) continue
    if (part !== '' && !one.searchText.includes(part)) continue
    found.push(one)
    if (found.length > size) break
  }
  const shown = found.slice(0, size)
  const end = found.length > size ? shown.at(-1) : undefined
  return {
    values: shown.map(({ value, displayName, userCount }) => ({ value, displayName, userCount })),
    last: end && [end.nameOrder, end.value],
  }
}

interface IndexedValue extends AttributeValueCount {
  readonly nameOrder: string
  /** Value and name in lower case. */
  readonly searchText: string
}

/** Made once for a snapshot and an attribute, and garbage collected with the snapshot. 100,000 values take a tenth of a second. */
const valueLists = new WeakMap<Snapshot, Map<string, readonly IndexedValue[]>>()

async function valuesOf(sql: TenantSql, snapshot: Snapshot, key: string): Promise<readonly IndexedValue[]> {
  const lists = valueLists.get(snapshot) ?? new Map<string, readonly IndexedValue[]>()
  valueLists.set(snapshot, lists)
  const attribute = snapshot.attributes.find((one) => one.key === key) as SnapshotAttribute
  const list = lists.get(key) ?? (await indexValues(sql, snapshot, attribute))
  lists.set(key, list)
  return list
}

async function indexValues(
  sql: TenantSql,
  snapshot: Snapshot,
  attribute: SnapshotAttribute,
): Promise<readonly IndexedValue[]> {
  const counts = countValues(snapshot, attribute)
  const names = attribute.key === 'manager' ? await identityNamesById(sql, [...counts.keys()]) : undefined
  const values = [...counts].map(([value, userCount]) => {
    const displayName = names?.get(value) || value
    return {
      value,
      displayName,
      userCount,
      nameOrder: displayName.slice(0, 200).toLowerCase(),
      searchText: (displayName === value ? value : `${displayName}\n${value}`).toLowerCase(),
    }
  })
  return values.sort((a, b) => (isAfter([a.nameOrder, a.value], [b.nameOrder, b.value]) ? 1 : -1))
}

/** The number of enabled people with each value, trimmed; a person with a list counts for each of its values. */
function countValues({ identityStatus, identityType }: Snapshot, attribute: SnapshotAttribute): Map<string, number> {
  const byOrdinal = new Uint32Array(attribute.values.length)
  const count = (value: number) => {
    byOrdinal[value] = itemAt(byOrdinal, value) + 1
  }
  for (let identity = 0; identity < identityStatus.length; identity++) {
    if (identityStatus[identity] !== identityStatuses.enabled || identityType[identity] !== identityTypes.human)
      continue
    eachValue(attribute, identity, count)
  }
  const counts = new Map<string, number>()
  for (const [ordinal, raw] of attribute.values.entries()) {
    const value = raw.trim()
    if (byOrdinal[ordinal] === 0 || value === '' || value.length > longestValue) continue
    counts.set(value, (counts.get(value) ?? 0) + itemAt(byOrdinal, ordinal))
  }
  return counts
}

function isAfter<T extends string | number>([a, b]: readonly [T, string], [c, d]: readonly [T, string]): boolean {
  return a === c ? b > d : a > c
}

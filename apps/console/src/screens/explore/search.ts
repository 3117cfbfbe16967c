import { type LookSearch, readLook } from '../matrix/look.ts'

/** A condition: the attribute has one of the values. */
export interface Condition {
  readonly attribute: string
  readonly values: readonly string[]
}

export const tabs = ['access', 'people', 'matrix', 'why', 'lacking'] as const
export type TabName = (typeof tabs)[number]

/** The search parameters in the address of Explore. */
export interface ExploreSearch extends LookSearch {
  /** Conditions, see `readWho`. */
  readonly who?: string | undefined
  /** The cut-off in per cent; undefined means 80. */
  readonly cut?: number | undefined
  /** Keys (`entitlementKey`) of entitlements that are added although they are below the cut-off, and of those left out although above. */
  readonly in?: readonly string[] | undefined
  readonly out?: readonly string[] | undefined
  readonly tab?: Exclude<TabName, 'access'> | undefined
  /** The attribute whose values are shown when there is no condition. */
  readonly of?: string | undefined
}

export const usualCut = 80
const mostExceptions = 200
const mostConditions = 32

export function readExploreSearch(search: Record<string, unknown>): ExploreSearch {
  const { who, cut, tab, of } = search
  const conditions = typeof who === 'string' ? writeWho(readWho(who)) : ''
  const percent =
    typeof cut === 'number' && Number.isFinite(cut) ? Math.min(100, Math.max(0, Math.round(cut))) : usualCut
  const [taken, left] = [keysOf(search.in), keysOf(search.out)]
  return {
    ...(conditions !== '' && { who: conditions }),
    ...(percent !== usualCut && { cut: percent }),
    ...(taken.length > 0 && { in: taken }),
    ...(left.length > 0 && { out: left }),
    ...((tab === 'people' || tab === 'matrix' || tab === 'why' || tab === 'lacking') && { tab }),
    ...readLook(search),
    ...(typeof of === 'string' && of !== '' && { of }),
  }
}

function keysOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((key) => typeof key === 'string').slice(0, mostExceptions) : []
}

/** Parses `department:Sales,Finance;location:Berlin`; the separators in names and values are percent-encoded. */
export function readWho(who: string | undefined): readonly Condition[] {
  const found = new Map<string, string[]>()
  for (const part of (who ?? '').split(';').filter(Boolean)) {
    const [attribute = '', values = ''] = part.split(':')
    const read = values.split(',').filter(Boolean).map(unescaped)
    const key = unescaped(attribute)
    if (key !== '' && read.length > 0) found.set(key, [...(found.get(key) ?? []), ...read])
  }
  return [...found].slice(0, mostConditions).map(([attribute, values]) => ({ attribute, values: [...new Set(values)] }))
}

export function writeWho(conditions: readonly Condition[]): string {
  return conditions.map(({ attribute, values }) => `${escaped(attribute)}:${values.map(escaped).join(',')}`).join(';')
}

export function withCondition(
  conditions: readonly Condition[],
  attribute: string,
  value: string,
): readonly Condition[] {
  const known = conditions.find((one) => one.attribute === attribute)
  if (known === undefined) return [...conditions, { attribute, values: [value] }]
  const values = known.values.includes(value) ? known.values : [...known.values, value]
  return conditions.map((one) => (one === known ? { attribute, values } : one))
}

function escaped(text: string): string {
  return text.replaceAll(/[%:;,]/g, (sign) => encodeURIComponent(sign))
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A typed address can contain an invalid percent-encoding.
    return text
  }
}

import { attributesOfPeople, identityNamesById, valueNames } from '@assay/directory'
import { invalidArgument, listed } from '@assay/errors'
import type { FoundConditions, Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { CohortFilter } from '../cohort-filters.ts'
import { ask, begin, type ExploreTools } from './explore-cohort.ts'

const longestText = 256

/** A value that people have; with a name when it is the id of a person. */
type NamedCondition = FoundConditions['conditions'][number] & { readonly displayName: string }

interface NamedConditions {
  readonly conditions: readonly NamedCondition[]
  readonly isNearly: boolean
  /** Keys of all attributes that conditions can name. */
  readonly attributes: readonly string[]
}

/** @throws as describeCohortOf; invalid_argument for a text that is too long, and for an unknown attribute */
export async function searchCohortConditions(
  tools: ExploreTools,
  { text, attribute, conditions }: { text: string; attribute: string; conditions: readonly CohortFilter[] },
): Promise<NamedConditions> {
  if ([...text].length > longestText) throw invalidArgument('text', `has more than ${longestText} characters`)
  const { loaded, filters } = await begin(tools, conditions)
  const attributes = loaded.snapshot.attributes.map(({ key }) => key)
  if (attribute !== '' && !attributes.includes(attribute))
    throw invalidArgument('attribute', `unknown attribute "${attribute}"; known are ${listed(attributes)}`)
  const keys = attribute === '' ? attributesOfPeople : attributesOfPeople.filter((key) => key === attribute)
  const meant = await tools.within((sql) => valuesNamed(sql, loaded.snapshot, keys, text))
  const question = { kind: 'search-conditions', text, filters, meant, ...(attribute !== '' && { attribute }) } as const
  const found = await ask(tools, loaded, question)
  const names = await tools.within((sql) => valueNames(sql, found.conditions))
  const nameOf = new Map(names.map((one) => [one.value, one.displayName]))
  return {
    conditions: found.conditions.map((one) => ({
      ...one,
      displayName: attributesOfPeople.includes(one.attribute) ? (nameOf.get(one.value) ?? '') : '',
    })),
    isNearly: found.isNearly,
    attributes,
  }
}

/** The values of attributes that are ids of people whose names contain the text. */
async function valuesNamed(
  sql: TenantSql,
  { attributes }: Snapshot,
  keys: readonly string[],
  text: string,
): Promise<CohortFilter[]> {
  const asked = text.trim().toLowerCase()
  const known = attributes.filter(({ key }) => keys.includes(key))
  if (asked === '' || known.length === 0) return []
  const ids = new Set(known.flatMap(({ values }) => values))
  const names = await identityNamesById(sql, [...ids])
  const isNamed = (value: string) => names.get(value)?.toLowerCase().includes(asked) === true
  return known.map(({ key, values }) => ({ attribute: key, values: values.filter(isNamed) }))
}

import { invalidArgument } from '@assay/errors'
import type { StatedQuery } from '@assay/search-documents'
import { booleanOf, type Json, membersOf, textOf, textsOf } from './json-members.ts'

const mostFilters = 50

/**
 * The filters of a search, each as a query of the query language, so that filters and queries read fields and values in the same way.
 * @throws invalid_argument for an unknown form
 */
export function queriesOfFilters(value: Json | undefined): readonly StatedQuery[] {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object' || Array.isArray(value)) throw invalidArgument('filters', 'must be an object by field')
  const filters = Object.entries(value as { readonly [field: string]: Json })
  if (filters.length > mostFilters) {
    throw invalidArgument('filters', `has ${filters.length} filters, the most is ${mostFilters}`)
  }
  return filters.map(([field, filter]) => {
    const parameter = `filters.${field}`
    const { type, terms, range, exclude } = membersOf(filter, parameter, ['type', 'terms', 'range', 'exclude'])
    const text = conditionOf(field, textOf(type, `${parameter}.type`), terms, range, parameter)
    return { parameter, text: booleanOf(exclude, `${parameter}.exclude`, false) ? `-(${text})` : text }
  })
}

function conditionOf(
  field: string,
  type: string | undefined,
  terms: Json | undefined,
  range: Json | undefined,
  parameter: string,
): string {
  switch (type) {
    case 'EXISTS':
      return `_exists_:${quoted(field)}`
    case 'TERMS': {
      const values = textsOf(terms, `${parameter}.terms`)
      if (values.length === 0) throw invalidArgument(`${parameter}.terms`, 'must have at least one value')
      return `${escaped(field)}.exact:(${values.map(quoted).join(' ')})`
    }
    case 'RANGE': {
      const { lower, upper } = membersOf(range, `${parameter}.range`, ['lower', 'upper'])
      const from = boundOf(lower, `${parameter}.range.lower`)
      const to = boundOf(upper, `${parameter}.range.upper`)
      if (from === undefined && to === undefined) {
        throw invalidArgument(`${parameter}.range`, 'must have a lower or an upper bound')
      }
      const begin = `${from?.isIncluded === false ? '{' : '['}${from?.text ?? '*'}`
      const end = `${to?.text ?? '*'}${to?.isIncluded === false ? '}' : ']'}`
      return `${escaped(field)}:${begin} TO ${end}`
    }
    default:
      throw invalidArgument(`${parameter}.type`, `${JSON.stringify(type ?? null)} is none of EXISTS, RANGE, TERMS`)
  }
}

function boundOf(value: Json | undefined, path: string) {
  if (value === undefined || value === null) return undefined
  const { value: text, inclusive } = membersOf(value, path, ['value', 'inclusive'])
  const given = textOf(text, `${path}.value`)
  if (given === undefined) throw invalidArgument(`${path}.value`, 'must be a text')
  return { text: quoted(given), isIncluded: booleanOf(inclusive, `${path}.inclusive`, false) }
}

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
/** Escapes characters of a field's name other than letters, digits, `_` and `.`. */
const escaped = (field: string) => field.replace(/[^\p{L}\p{N}_.]/gu, '\\$&')

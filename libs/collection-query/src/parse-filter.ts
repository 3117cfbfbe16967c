import { type DomainError, invalidArgument, itemAt } from '@assay/errors'
import type { IToken } from 'chevrotain'
import {
  type Comparison,
  type Filter,
  type FilterField,
  type FilterFields,
  type FilterOperator,
  type FilterValue,
  filterOperators,
} from './filter.ts'
import { type FilterSyntax, FilterSyntaxError, parseFilterSyntax, valueText } from './filter-grammar.ts'
import { readFilterValue } from './filter-value.ts'

/** In UTF-16 units. It is far above the length of a URL that proxies accept, and far below a length that takes noticeable time. */
const longestFilter = 8192

/**
 * Reads the query parameter `filters` of a list with these `fields`. An absent or blank parameter matches all rows. Grammar: SailPoint's
 * standard collection parameters.
 * @throws invalid_argument on `filters` with the column (in characters, from 1); for an unknown field or operator, it names the known ones
 */
export function parseFilter<Fields extends FilterFields>(
  text: string | undefined,
  fields: Fields,
): Filter<keyof Fields & string> {
  if (text === undefined || text.trim() === '') return { kind: 'and', of: [] }
  const refuse = (offset: number, description: string): DomainError =>
    invalidArgument('filters', `column ${[...text.slice(0, offset)].length + 1}: ${description}`)

  if (text.length > longestFilter) {
    throw invalidArgument('filters', `has ${text.length} characters, the most is ${longestFilter}`)
  }
  if (text.includes('\0')) throw refuse(text.indexOf('\0'), 'the character U+0000 cannot be part of a filter')
  try {
    return typed(parseFilterSyntax(text), fields, refuse)
  } catch (error) {
    throw error instanceof FilterSyntaxError ? refuse(error.offset, error.message) : error
  }
}

type Refuse = (offset: number, description: string) => DomainError

function typed(syntax: FilterSyntax, fields: FilterFields, refuse: Refuse): Filter {
  switch (syntax.kind) {
    case 'not':
      return { kind: 'not', of: typed(syntax.of, fields, refuse) }
    case 'and':
    case 'or':
      return { kind: syntax.kind, of: syntax.of.map((part) => typed(part, fields, refuse)) }
    case 'comparison':
      return comparison(syntax, fields, refuse)
  }
}

function comparison(
  syntax: Extract<FilterSyntax, { kind: 'comparison' }>,
  fields: FilterFields,
  refuse: Refuse,
): Comparison {
  const name = syntax.field.image
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field === undefined) {
    const known = Object.keys(fields).join(', ')
    throw refuse(syntax.field.startOffset, `this list has no field "${name}"; it has ${known}`)
  }
  const operator = supportedOperator(syntax.operator, name, field, refuse)
  const head = { kind: 'comparison', field: name } as const
  const values = syntax.values.map((token) => readValue(token, name, field, operator, refuse))
  switch (operator) {
    case 'pr':
    case 'isnull':
      return { ...head, operator }
    case 'in':
      return { ...head, operator, values }
    // Only text fields have this operator.
    case 'ca':
      return { ...head, operator, values: values.map(String) }
    case 'sw':
    case 'co':
      return { ...head, operator, value: String(values[0]) }
    default:
      return { ...head, operator, value: itemAt(values, 0) }
  }
}

function supportedOperator(token: IToken, name: string, field: FilterField, refuse: Refuse): FilterOperator {
  const operators: readonly FilterOperator[] = field.operators
  const operator = operators.find((known) => known === token.image)
  if (operator !== undefined) return operator
  const otherCase = filterOperators.some((known) => known !== token.image && known === token.image.toLowerCase())
  const why = otherCase ? ' (operators are written in lower case)' : ''
  const known = operators.join(', ')
  throw refuse(token.startOffset, `"${token.image}" is not supported for "${name}"${why}; it supports ${known}`)
}

function readValue(
  token: IToken,
  name: string,
  field: FilterField,
  operator: FilterOperator,
  refuse: Refuse,
): FilterValue {
  const text = valueText(token)
  const read = readFilterValue(text, field, operator)
  if ('value' in read) return read.value
  throw refuse(token.startOffset, `"${text}" is not ${read.expected}, as "${name}" needs it`)
}

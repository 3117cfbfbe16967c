import { nearestText } from '@assay/mining'
import type { RuleRefused } from './membership-rule.ts'
import { functionMark } from './rule-environment.ts'
import { ruleFunctions } from './rule-functions.ts'
import { userFields } from './user-fields.ts'

const fields = Object.keys(userFields)
const functions = [
  ...new Set([
    ...ruleFunctions.map(({ name }) => name.replace(functionMark, '')),
    'has',
    'exists',
    'all',
    'filter',
    'map',
  ]),
]

const byProblem: readonly (readonly [RegExp, string])[] = [
  [/^Unexpected character: =$/, 'Write == to compare.'],
  [/^Unexpected character: '?[“”„‘’]/, 'Use straight quotes: ".'],
  [/^Unexpected token: EOF$/, 'Something is missing at the end.'],
  [/^Expected RPAREN/, 'A closing bracket ) is missing.'],
  [/^Expected RBRACKET/, 'A closing bracket ] is missing.'],
  [/^Unterminated string/, 'The closing quote is missing.'],
  [/^the rule comes out as string/, 'Compare it with a text: == "…".'],
  [/^no such overload: \S+ in string$/, 'Put the texts into a list: in ["…"].'],
  [/^no such overload: string == (int|double)$/, 'Write the number as a text: "1".'],
]

const operators: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' }

/**
 * The correction of a fault, if it is known; otherwise empty.
 * @param attributes keys of the attributes in the data besides the built-in fields
 */
export function remedyOf(
  expression: string,
  { line, column, message }: RuleRefused,
  attributes: readonly string[],
): string {
  const text = [...(expression.split('\n')[line - 1] ?? '')]
  const before = text.slice(0, column - 1).join('')
  const after = text.slice(column - 1).join('')
  const word = `${/\w*$/.exec(before)?.[0] ?? ''}${/^\w*/.exec(after)?.[0] ?? ''}`.toLowerCase()
  const wordBefore = /(\w+)\s+$/.exec(before)?.[1]?.toLowerCase() ?? ''
  const operator = [word, wordBefore].find((one) => Object.hasOwn(operators, one))
  if (operator !== undefined) return `Write ${operators[operator]} for "${operator}".`
  const known = byProblem.find(([problem]) => problem.test(message))
  if (known !== undefined) return known[1]
  const field = /^No such key: (.*)$/s.exec(message)?.[1]
  if (field !== undefined) return remedyOfField(field, before, attributes)
  const variable = /^Unknown variable: (.*)$/s.exec(message)?.[1]
  if (variable !== undefined) return remedyOfVariable(variable, attributes)
  const name = /^(\S+) is no function/.exec(message)?.[1]
  const near = name === undefined ? undefined : nearestText(name, functions)
  return near === undefined ? '' : `Did you mean ${near}?`
}

function remedyOfField(field: string, before: string, attributes: readonly string[]): string {
  if (!/subject\s*\.\s*$/.test(before)) return ''
  const own = (key: string) => `subject.profile[${JSON.stringify(key)}]`
  if (attributes.includes(field)) return `It is an attribute of your data: write ${own(field)}.`
  const near = nearestText(field, fields)
  if (near !== undefined) return `Did you mean ${near}?`
  const nearOwn = nearestText(field, attributes)
  return nearOwn === undefined ? '' : `Did you mean ${own(nearOwn)}?`
}

function remedyOfVariable(variable: string, attributes: readonly string[]): string {
  const lower = variable.toLowerCase()
  if (Object.hasOwn(operators, lower)) return `Write ${operators[lower]} for "${variable}".`
  if (fields.includes(variable)) return `Write subject.${variable}.`
  if (attributes.includes(variable)) return `Write subject.profile[${JSON.stringify(variable)}].`
  return `Put a text in quotes: ${JSON.stringify(variable)}.`
}

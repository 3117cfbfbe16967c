import type { Row } from '../row.ts'
import { folded, isMembers, listOf, textOf, type Value } from '../value.ts'
import { splitValue } from './expressions.ts'
import { mapMembers } from './map-members.ts'
import type { MapNode } from './map-node.ts'

/** The rows that a rule takes: all conditions must hold. For a list of values one must match, without regard to case. */
export function compileWhere(node: MapNode | undefined): (row: Row) => boolean {
  if (node === undefined) return () => true
  const conditions = node.oneOrMany().map(compileCondition)
  return (row) => conditions.every((condition) => condition(row))
}

/** Without a name here, a value must equal the word. */
const comparisons: Readonly<Record<string, (value: string, word: string) => boolean>> = {
  begins: (value, word) => value.startsWith(word),
  ends: (value, word) => value.endsWith(word),
  contains: (value, word) => value.includes(word),
}

function compileCondition(node: MapNode): (row: Row) => boolean {
  const members = node.only(mapMembers.condition)
  const column = members.get('column')?.text() ?? ''
  const tests = [...members.keys()].filter((name) => name !== 'column')
  if (tests.length !== 1)
    throw node.fail(
      'needs one of "is", "not", "begins", "not_begins", "ends", "not_ends", "contains", "not_contains" and "filled"',
    )
  const [test = ''] = tests
  const member = members.get(test) ?? node
  if (test === 'filled') {
    const wanted = member.isTrue()
    return (row) => listOf(row.get(column)).length > 0 === wanted
  }
  const fits = comparisons[test.replace(/^not_/, '')] ?? ((value, word) => value === word)
  // A blank at an end of a word matters when the word may be anywhere.
  const wordOf = (text: string) => (test.endsWith('contains') ? text.normalize('NFC').toLowerCase() : folded(text))
  const words = member.oneOrMany().map((each) => wordOf(each.anyText()))
  const holds = (row: Row) => {
    const values = listOf(row.get(column)).map((value) => folded(textOf(value)))
    if (values.length === 0) values.push('')
    return values.some((value) => words.some((word) => fits(value, word)))
  }
  return test.startsWith('not') ? (row) => !holds(row) : holds
}

/** One row for each element of a column; the columns may be nested. */
export function compileEach(node: MapNode | undefined): (row: Row) => readonly Row[] {
  if (node === undefined) return (row) => [row]
  const steps = node.oneOrMany().map(compileStep)
  return (row) => steps.reduce<readonly Row[]>((rows, step) => rows.flatMap(step), [row])
}

function compileStep(node: MapNode): (row: Row) => readonly Row[] {
  const members = node.only(mapMembers.each)
  const column = members.get('column')?.text() ?? ''
  const name = members.get('as')?.text() ?? ''
  const separators = members.get('split')?.text()
  const isEscaped = members.get('escapes')?.oneOf(['dn']) === 'dn'
  const hasEntries = members.get('entries')?.isTrue() ?? false
  const where = compileWhere(members.get('where'))
  return (row) => {
    let value: Value = row.get(column)
    // A list of the file itself is not split further.
    const isListed = separators === 'auto' && typeof value === 'object'
    if (separators !== undefined && !isListed) value = splitValue(value, separators, isEscaped)
    const elements = hasEntries ? entriesOf(value) : listOf(value)
    return elements.map((element) => row.with(name, element)).filter(where)
  }
}

/** The members of an object as elements: `#key` is the name, and `#value` a member that is not an object. */
function entriesOf(value: Value): Value[] {
  if (!isMembers(value)) return []
  return Object.entries(value).map(([key, member]) =>
    isMembers(member) ? { ...member, '#key': key } : { '#key': key, '#value': member },
  )
}

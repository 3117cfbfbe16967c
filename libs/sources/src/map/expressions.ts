import { shown } from '../faults.ts'
import type { Row } from '../row.ts'
import { folded, isList, listOf, textOf, type Value } from '../value.ts'
import { celExpression } from './cel-expression.ts'
import { isDistinguishedName, partOfName, splitEscaped } from './distinguished-name.ts'
import { type Expression, type Kind, type Reference, RowFault } from './map.ts'
import { kinds, mapMembers } from './map-members.ts'
import type { MapNode } from './map-node.ts'
import { dateLayout, hasTwelveHours, readDate } from './read-date.ts'

/** The result of compiling a node of a map: how to compute the value, and the columns that it uses. */
interface Compiled {
  readonly value: Expression
  readonly columns: readonly string[]
  /** Whether the map declares several values, by splitting them or with `list`. */
  readonly isList?: boolean
}

/** A string is a column; everything else is an object. @throws MapError */
export function compileExpression(node: MapNode, extra: readonly string[] = []): Compiled {
  if (node.isText) {
    const column = node.text()
    return { value: (row) => row.get(column), columns: [column] }
  }
  const members = node.object([...mapMembers.expression.allowed, ...extra])
  const text = members.get('text')
  if (text !== undefined) return compileText(text)
  const cel = members.get('cel')
  if (cel !== undefined) return { value: celExpression(cel), columns: [] }
  if (!members.has('column')) throw node.fail('needs one of "column", "text" and "cel"')
  return compileCell(members)
}

function compileCell(members: ReadonlyMap<string, MapNode>): Compiled {
  const column = members.get('column')?.text() ?? ''
  const others =
    members
      .get('or')
      ?.oneOrMany()
      .map((each) => compileExpression(each)) ?? []
  const columns = [column, ...others.flatMap((other) => other.columns)]
  const steps: ((value: string, name: string) => Value)[] = []
  const split = members.get('split')
  const escapes = members.get('escapes')?.oneOf(['dn'])
  const rdn = members.get('rdn')?.text()
  const after = members.get('after')?.text()
  const date = members.get('date')
  const table = members.get('table')
  const elseNode = members.get('else')
  if (rdn !== undefined) steps.push((value) => partOfName(value, rdn) ?? value)
  if (after !== undefined) steps.push((value) => value.split(after).at(-1) ?? value)
  if (date !== undefined) steps.push(dateStep(date))
  if (table !== undefined) steps.push(tableStep(table, elseNode))
  else if (elseNode !== undefined) throw elseNode.fail('stands beside a "table" only')
  const separators = split?.text()
  if (escapes !== undefined && separators === undefined)
    throw members.get('escapes')?.fail('stands beside "split" only')
  const joined = members.get('join')?.anyText()
  const isTable = table !== undefined
  const saysList = members.get('list')?.isTrue() ?? false
  if (saysList && joined !== undefined) throw members.get('list')?.fail('stands beside no "join", which makes one text')
  return {
    columns,
    isList: joined === undefined && (saysList || separators !== undefined),
    value: (row) => {
      let value: Value = row.get(column)
      let name = column
      for (const other of others) {
        const isEmpty = !isFilled(value)
        if (!isEmpty && !standsForNothing(value)) break
        const next = other.value(row)
        if (!isEmpty && !isFilled(next)) continue
        value = next
        name = other.columns[0] ?? column
      }
      if (separators !== undefined) value = splitValue(value, separators, escapes !== undefined)
      if (steps.length > 0) {
        const apply = (each: Value) => {
          const text = textOf(each).trim()
          if (text === '' && !isTable) return ''
          return steps.reduce<Value>((result, step) => step(textOf(result), row.nameOf(name)), text)
        }
        value = isList(value) ? value.map(apply) : apply(value)
      }
      return joined === undefined ? value : listOf(value).map(textOf).join(joined)
    },
  }
}

/** Texts that people write into an empty cell. Words such as "none" and "unknown" may be names. */
const nothings = new Set(['-', '--', 'n/a', '#n/a', 'null', '(blank)', '(empty)'])
const longestNothing = 7

function standsForNothing(value: Value): boolean {
  return typeof value === 'string' && value.length <= longestNothing && nothings.has(value.trim().toLowerCase())
}

function isFilled(value: Value): boolean {
  return listOf(value).some((each) => typeof each !== 'string' || each.trim() !== '')
}

/** Splits at each character of `separators`. Where names are escaped, backslashes before a separator stay. */
export function splitValue(value: Value, separators: string, isEscaped: boolean): Value {
  if (separators === 'auto') return listOf(value).flatMap((each) => splitCell(textOf(each)))
  if (separators === 'php') return listOf(value).flatMap((each) => trueNames(textOf(each)))
  const pattern = new RegExp(`[${separators.replaceAll(/[\\\]^-]/g, '\\$&')}]`)
  return listOf(value)
    .flatMap((each) => (isEscaped ? splitEscaped(textOf(each), pattern) : textOf(each).split(pattern)))
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
}

/** The names with the value true in a serialized array of PHP, `a:1:{s:6:"editor";b:1;}`. */
function trueNames(cell: string): string[] {
  return [...cell.matchAll(/s:\d+:"([^"]*)";(?:b:1|i:1|s:1:"1")(?=;)/g)].map(([, name = '']) => name)
}

/** Splits a cell that is declared as a list. Its content determines the separator. */
function splitCell(cell: string): string[] {
  return (isDistinguishedName(cell) ? splitNames(cell) : splitTexts(cell))
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
}

function splitTexts(cell: string): string[] {
  if (/[;\n]/.test(cell)) return cell.split(/[;\n]/)
  if (cell.includes('|')) return cell.split('|')
  const pieces = cell.split('#')
  // Names end with this character, `C#, SQL`, or have it before a blank, `C# Developers`.
  if (pieces.length > 1 && pieces.every((piece) => /^[^\s,]/.test(piece))) return pieces
  // Mail addresses contain no blanks.
  const words = cell.trim().split(/\s+/)
  if (words.length > 1 && words.every((word) => /^[^\s@,]+@[^\s@,]+$/.test(word))) return words
  return cell.split(',')
}

/** Distinguished names contain commas and may contain other separators, so only these characters separate names. */
function splitNames(cell: string): string[] {
  if (/[;\n]/.test(cell)) return splitEscaped(cell, /[;\n]/)
  for (const separator of [/\|/, /#/]) {
    const pieces = splitEscaped(cell, separator)
    if (pieces.length > 1 && pieces.every((piece) => isDistinguishedName(piece.trim()))) return pieces
  }
  // After the domain at the end of a name the next name begins, with any separator: scripts also use commas and blanks.
  return cell.split(/(?<=,\s?DC=[\w-]{1,63})[,\s]+(?=(?:CN|OU)=)/i)
}

/** Texts that stand for a missing date. */
const noDates = new Set([
  ...['never', 'none', 'null', 'n/a', 'na', 'no end date', 'no expiry', 'no expiration', 'unlimited', 'indefinite'],
  ...['no', 'false', 'never expires', 'does not expire'],
  ...['permanent', 'open', 'unbefristet', 'unbegrenzt', 'nie', 'jamais', 'illimité', 'nunca', 'indefinido', 'mai'],
])

function dateStep(node: MapNode): (value: string, name: string) => Value {
  const layouts = node.oneOrMany().map((each) => each.text())
  for (const layout of layouts) {
    if (!dateLayout.test(layout)) {
      throw node.fail(
        `"${layout}" is no layout of a date; examples are dd.MM.yyyy, yyyy-MM-dd HH:mm:ss, iso, epoch, filetime`,
      )
    }
  }
  return (value, name) => {
    // SAP and others write a missing date like this.
    if (/^[0\s.:/-]*$/.test(value) || noDates.has(folded(value))) return ''
    const monthFirst = hasTwelveHours(value) ? layouts.filter((layout) => /^MM?\//.test(layout)) : []
    for (const layout of [...monthFirst, ...layouts]) {
      const date = readDate(value, layout)
      if (date !== undefined) return date
    }
    throw new RowFault(name, `${shown(value)} is no date of the layout ${layouts.join(' or ')}`)
  }
}

function tableStep(node: MapNode, elseNode: MapNode | undefined): (value: string, name: string) => Value {
  const words = new Map([...node.members()].map(([word, to]) => [folded(word), to.anyText()]))
  const other = elseNode?.anyText()
  return (value, name) => {
    const found = words.get(folded(value)) ?? other ?? (value === '' ? '' : undefined)
    if (found !== undefined) return found
    const known = [...words.keys()].map(shown).join(', ')
    throw new RowFault(name, `${shown(value)} is unknown; the map knows ${known}. Add it to the table, or an "else"`)
  }
}

/**
 * `const or {Column}`, or `{A B}` for the first column with a value. An empty column is replaced by nothing.
 */
function compileText(node: MapNode): Compiled {
  const pieces = node.text().split(/\{([^{}]*)\}/)
  const alternatives = pieces.map((piece, index) => (index % 2 === 1 ? piece.split('|') : []))
  const columns = alternatives.flat()
  if (columns.some((column) => column === '')) throw node.fail('names no column between its braces')
  const filled = (row: Row, names: readonly string[]) => {
    for (const name of names) {
      const text = textOf(row.get(name)).trim()
      if (text !== '') return text
    }
    return ''
  }
  return {
    columns,
    value: (row: Row) =>
      pieces.map((piece, index) => (index % 2 === 1 ? filled(row, alternatives[index] ?? []) : piece)).join(''),
  }
}

/** An expression that refers to another record, by the keys `match`, among some kinds of records. */
export function compileReference(node: MapNode, usual: readonly Kind[]): Reference & Compiled {
  const compiled = compileExpression(node, ['match', 'among', 'application'])
  const members = node.isText ? new Map<string, MapNode>() : node.only(mapMembers.reference)
  const match =
    members
      .get('match')
      ?.oneOrMany()
      .map((each) => each.text()) ?? []
  const among =
    members
      .get('among')
      ?.oneOrMany()
      .map((each) => each.oneOf(kinds)) ?? usual
  const application = members.get('application')
  return {
    ...compiled,
    column: compiled.columns[0] ?? '',
    match,
    among,
    application: application === undefined ? undefined : compileExpression(application).value,
  }
}

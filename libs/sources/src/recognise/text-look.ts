import { type AccountForm, accountForm } from '../read/account-lines.ts'
import { barCells, isTitle } from '../read/bars.ts'
import { casbinCells } from '../read/casbin.ts'
import { closesTable } from '../read/closing-rows.ts'
import { isFileRights } from '../read/file-rights.ts'
import { isGrantStatements } from '../read/grant-statements.ts'
import { isMark, type Leading } from '../read/matrix.ts'
import { pairLine } from '../read/pairs.ts'
import { type PrintedForm, printedForm } from '../read/printed-lines.ts'
import { propertyNames } from '../read/property-lists.ts'
import { isRacf } from '../read/racf.ts'
import { roleSide, usersWithPasswords } from '../read/role-lines.ts'
import { alignedColumns, areAligned, ruledColumns } from '../read/ruled.ts'
import { isInsertScript } from '../read/sql-inserts.ts'
import { isSudoers } from '../read/sudoers.ts'
import { whoamiLook } from '../read/whoami.ts'
import { type WindowsForm, windowsForm } from '../read/windows-lists.ts'
import { cellsOfLine } from './cells-of-line.ts'
import { matrixLook } from './matrix-look.ts'
import { recordsOfLines, type SampledRecord } from './records-of-lines.ts'
import { headerPlace } from './titles.ts'

/** The format of a text, by its first characters. */
export type TextLook =
  | {
      readonly kind:
        | 'json'
        | 'ndjson'
        | 'xml'
        | 'toml'
        | 'ldif'
        | 'pairs'
        | 'rmp'
        | 'casbin'
        | 'grants'
        | 'racf'
        | 'file rights'
        | 'inserts'
    }
  | { readonly kind: 'windows'; readonly form: WindowsForm }
  | { readonly kind: 'printed'; readonly form: PrintedForm }
  | { readonly kind: 'yaml'; readonly byName: boolean }
  | { readonly kind: 'unix'; readonly form: AccountForm | 'sudoers' }
  | { readonly kind: 'prose'; readonly words: string }
  | TableLook

export interface TableLook {
  readonly kind: 'table'
  readonly form: 'delimited' | 'bars' | 'ruled' | 'aligned' | 'properties' | 'matrix'
  readonly delimiter: string
  /** Lines before the header that are not rows. */
  readonly skippedLines: number
  readonly columns: readonly string[]
  /** How many of these lines are titles above the table. */
  readonly titleLines?: number
  /** False for a matrix whose first row and column are marks too. */
  readonly hasNames: boolean
  readonly leading?: Leading
  readonly isTurned?: boolean
  readonly hasLevels?: boolean
  readonly hasRoles?: boolean
}

/** @param users the names in a file of users beside it */
export function textLook(
  name: string,
  text: string,
  isWhole: boolean,
  delimiter: string | undefined,
  users?: ReadonlySet<string>,
): TextLook {
  const lines = text.split(/\r?\n/)
  // The last line may be cut off by the end of the examined text.
  if (!isWhole && lines.length > 1) lines.pop()
  const filled = lines.filter((line) => line.trim() !== '')
  const [first = ''] = filled
  const start = first.trimStart()
  if (/^\{\{[-#%]? |^\{[%#]/.test(start)) return { kind: 'prose', words: 'a template; render it first' }
  if (start.startsWith('{') || (/^\/[/*]/.test(start) && /\.jsonc?$/i.test(name)) || /^\[\s*([[{"\]]|$)/.test(start)) {
    return isJson(start) && filled[1]?.trimStart().startsWith('{') ? { kind: 'ndjson' } : { kind: 'json' }
  }
  if (/^<(\?xml|!--|!DOCTYPE|[\w:-]+[\s>/])/i.test(start)) {
    return /^<(!DOCTYPE )?html/i.test(start) ? { kind: 'prose', words: 'a web page' } : { kind: 'xml' }
  }
  const beyondComments = filled.filter((line) => !line.startsWith('#'))
  const [head = '', below = ''] = beyondComments
  // A version also begins documents of YAML.
  if (/^dn::? /i.test(/^version: *\d+$/i.test(head) ? below : head)) return { kind: 'ldif' }
  if (isFileRights(filled)) return { kind: 'file rights' }
  if (filled.length > 0 && filled.every((line) => pairLine.test(line))) return { kind: 'pairs' }
  if (beyondComments.length > 0 && beyondComments.every((line) => casbinCells(line) !== undefined))
    return { kind: 'casbin' }
  const printed = printedForm(name, filled, users)
  if (printed !== undefined) return { kind: 'printed', form: printed }
  if (roleSide(name, filled, users) === 'unknown') return { kind: 'prose', words: eitherSide(beyondComments) }
  if (usersWithPasswords(filled) !== undefined) {
    return { kind: 'prose', words: 'names of users with encrypted passwords, and no access' }
  }
  const form = accountForm(filled) ?? (isSudoers(filled) ? 'sudoers' : undefined)
  if (form !== undefined) return { kind: 'unix', form }
  if (isGrantStatements(filled)) return { kind: 'grants' }
  // Files in these formats may contain statements in a cell or a block, and are not scripts.
  if (!isDocument(name) && !/\.(csv|tsv|tab|ya?ml|toml)$/i.test(name) && isInsertScript(filled))
    return { kind: 'inserts' }
  if (isRacf(filled)) return { kind: 'racf' }
  if (whoamiLook(filled) === 'without user') {
    return { kind: 'prose', words: 'groups that do not say whose they are; print them by whoami /all' }
  }
  const windows = windowsForm(filled)
  if (windows !== undefined) return { kind: 'windows', form: windows }
  const marks = blankMatrixLook(lines)
  if (marks !== undefined) return marks
  const bars = barLook(filled)
  if (bars !== undefined) return bars
  const ruled = ruledLook(lines)
  if (ruled !== undefined) return ruled
  const listed = alignedLook(filled) ?? propertyLook(name, filled)
  if (listed !== undefined) return listed
  if (/\.toml$/i.test(name)) return { kind: 'toml' }
  const isYamlName = /\.ya?ml$/i.test(name)
  if (isYamlName) return { kind: 'yaml', byName: true }
  const table = isProse(name, filled) ? undefined : tableLook(lines, delimiter)
  if (start.startsWith('#') && table?.skippedLines !== 1 && isRmp(beyondComments)) return { kind: 'rmp' }
  if (table !== undefined) return table
  if (/^(---|- |["']?[\w.@/-]+["']?:( |$))/.test(beyondComments[0] ?? '')) return { kind: 'yaml', byName: false }
  if (filled.length === 0) return { kind: 'prose', words: 'a blank file' }
  return { kind: 'prose', words: proseWords(filled) }
}

/** The two readings of a file that has roles on one side of each colon and users on the other. */
function eitherSide(lines: readonly string[]): string {
  const [before = '', after = ''] = (lines[0] ?? '').split(':').map((one) => one.trim())
  return `roles and users, but no name says on which side of the colons the roles are ("${before}" may be a role that "${after}" has, or a user with the role "${after}"); name the file "users" of Elasticsearch in the same command`
}

/** Characters that separate the cells of some tables, but are too common in texts to be recognised. */
const rareDelimiters = [':', '^', '~', '!', '#', '$', '%', '&', '\u00a6']

/** Names the delimiter to state when all lines have the same number of one character: a table with a separator of its own. */
function proseWords(filled: readonly string[]): string {
  const sample = filled.slice(0, 50)
  const counts = (delimiter: string) => sample.map((line) => line.split(delimiter).length - 1)
  const rare = rareDelimiters.find((delimiter) => {
    const [first = 0, ...others] = counts(delimiter)
    return first >= 2 && others.length > 0 && others.every((count) => count === first)
  })
  if (rare === undefined) return 'a text without a table'
  return `a text without a table, unless "${rare}" separates its cells: then load it with this delimiter (--delimiter "${rare}")`
}

/** A single line with a comma is a sentence, unless the file's name says that it is a table without rows. */
function isProse(name: string, filled: readonly string[]): boolean {
  return isDocument(name) || (filled.length < 2 && !/\.(csv|tsv|tab)$/i.test(name))
}

function isDocument(name: string): boolean {
  return /\.(md|markdown|rst|adoc)$/i.test(name)
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

function isRmp(lines: readonly string[]): boolean {
  return (
    lines.length > 0 &&
    lines.every((line) => /^\S+([ \t]+\S+)*[ \t]*$/.test(line)) &&
    lines.some((line) => line.includes('\t'))
  )
}

function barLook(lines: readonly string[]): TableLook | undefined {
  const rules = lines.filter((line) => /^\s*[+|-]{10,}\s*$/.test(line) && line.includes('--')).length
  const rows = lines.map(barCells).filter((cells) => cells !== undefined)
  const [header] = rows
  const isAlone = lines.every((line) => line.trim().startsWith('|') || isTitle(line))
  if (header === undefined || (rules === 0 && !isAlone)) return undefined
  return { kind: 'table', form: 'bars', delimiter: '|', skippedLines: 0, columns: header, hasNames: true }
}

/** A list with dashes under its names, after at most one title. */
function ruledLook(lines: readonly string[]): TableLook | undefined {
  const at = lines.slice(0, sampledLines).findIndex((line, index) => ruledColumns(lines[index - 1] ?? '', line))
  const columns = ruledColumns(lines[at - 1] ?? '', lines[at] ?? '')?.names
  if (columns === undefined) return undefined
  return { kind: 'table', form: 'ruled', delimiter: ' ', skippedLines: 0, columns, hasNames: true }
}

/** A list whose values stand below names in capital letters. */
function alignedLook([header = '', ...rows]: readonly string[]): TableLook | undefined {
  const aligned = alignedColumns(header)
  // Another list may follow, which its reader reports.
  const own = rows.slice(
    0,
    Math.max(
      1,
      rows.findIndex((line) => alignedColumns(line) !== undefined),
    ),
  )
  if (aligned === undefined || !areAligned(rows.some((line) => alignedColumns(line)) ? own : rows, aligned)) {
    return undefined
  }
  const { names: columns } = aligned
  return { kind: 'table', form: 'aligned', delimiter: ' ', skippedLines: 0, columns, hasNames: true }
}

function propertyLook(name: string, lines: readonly string[]): TableLook | undefined {
  const columns = /\.(ya?ml|toml|csv|tsv)$/i.test(name) || isDocument(name) ? undefined : propertyNames(lines)
  if (columns === undefined) return undefined
  return { kind: 'table', form: 'properties', delimiter: ':', skippedLines: 0, columns, hasNames: true }
}

/**
 * Rows of 0 and 1 with blanks between, as generators of test data write them; a first line may have the numbers of rows and
 * columns.
 */
function blankMatrixLook(lines: readonly string[]): TableLook | undefined {
  const cellsOf = (line: string) => line.trim().split(/\s+/)
  const [first = ''] = lines.filter((line) => line.trim() !== '')
  const rows = lines.filter((line) => line.trim() !== '')
  const width = cellsOf(rows[1] ?? '').length
  const isRow = (line: string) => /^[01]( [01])+ *$/.test(line) && cellsOf(line).length === width
  if (width < 3 || rows.length < 3 || !rows.slice(1).every(isRow)) return undefined
  const isSize = !isRow(first) && /^\d+ \d+( [\d.]+)? *$/.test(first)
  if (!isRow(first) && !isSize) return undefined
  const skippedLines = isSize ? lines.indexOf(first) + 1 : 0
  const columns = cellsOf(rows[1] ?? '')
  return { kind: 'table', form: 'matrix', delimiter: ' ', skippedLines, columns, hasNames: false }
}

const delimiters = [',', ';', '\t', '|'] as const
export const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
  ' ': 'blanks',
}

/** Names of columns are not longer; a longer one is a part of a sentence. */
const longestName = 120

/** The number of lines that are examined to detect a delimiter. */
const sampledLines = 50
/** The number of lines to detect a matrix, whose first people may have no marks. */
const matrixLines = 2_000

function tableLook(lines: readonly string[], given: string | undefined): TableLook | undefined {
  let separatorLines = 0
  let stated = given
  for (const line of lines.slice(0, 3)) {
    const separator = /^"?sep=(.)"?$/i.exec(line)?.[1]
    if (separator !== undefined) stated ??= separator
    else if (!/^"?#TYPE /.test(line) && line.trim() !== '') break
    separatorLines++
  }
  const sample = recordsOfLines(lines.slice(separatorLines, separatorLines + sampledLines))
  const tried = stated === undefined ? delimiters : [stated]
  const scored = tried.map((delimiter) => scoreOf(sample, delimiter))
  // Titles are only searched when the first line names no columns with any delimiter.
  const untitled = scored.filter(({ score, titles }) => score > 0 && titles === 0)
  const best = (untitled.length > 0 ? untitled : scored).reduce((one, other) => (other.score > one.score ? other : one))
  const { delimiter, columns } = best
  if (best.score === 0 && given === undefined) return undefined
  if (given === undefined && columns.some((column) => column.length > longestName)) return undefined
  const body = recordsOfLines(lines.slice(separatorLines, separatorLines + matrixLines))
    .slice(best.titles + 1)
    .map(({ text }) => cellsOfLine(text, delimiter))
    .filter((cells) => !closesTable(cells, columns.length))
  const matrix = matrixLook(columns, body)
  const isMatrix = matrix !== undefined && !hasRowNumbers(columns, body)
  const hasNames = !(columns.every(isMark) && body.every((cells) => cells.every(isMark)))
  return {
    kind: 'table',
    form:
      isMatrix && (matrix.hasLevels === true || matrix.hasRoles === true || isWideMatrix(columns, hasNames))
        ? 'matrix'
        : 'delimited',
    delimiter,
    skippedLines: separatorLines + (best.titles === 0 ? 0 : (sample[best.titles]?.line ?? 0)),
    titleLines: best.titles,
    columns: columns.map((column) => column.trim()),
    hasNames,
    ...(isMatrix && hasNames && matrix),
  }
}

/** Two flags after an id are a table with two flags; a matrix of people and entitlements is wider, or has only numbers. */
function isWideMatrix(columns: readonly string[], hasNames: boolean): boolean {
  return !hasNames || columns.length >= 4
}

/** Whether a statistics program has numbered the rows: they are then not people. */
function hasRowNumbers([corner]: readonly string[], body: readonly (readonly string[])[]): boolean {
  const [first = ''] = body[0] ?? []
  return (
    corner?.trim() === '' &&
    /^[01]$/.test(first.trim()) &&
    body.length > 1 &&
    body.every(([number = ''], index) => number.trim() === String(Number(first) + index))
  )
}

interface Score {
  readonly delimiter: string
  readonly score: number
  /** Records above the header. */
  readonly titles: number
  /** The cells of the header. */
  readonly columns: readonly string[]
}

/**
 * How well the lines fit the delimiter: the number of columns, if nearly all lines have as many. Cells may contain line breaks,
 * hence nearly.
 */
function scoreOf(records: readonly SampledRecord[], delimiter: string): Score {
  const all = records.map(({ text }) => cellsOfLine(text, delimiter))
  const titles = headerPlace(all, records)
  const table = all.slice(titles)
  const [header = []] = table
  const counts = table.map((cells) => cells.length)
  const columns = header.length
  // Lines below a table at the end of a report, such as the number of rows or the owner.
  while (columns >= 3 && counts.length > 2 && counts.at(-1) === 1) counts.pop()
  const alike = counts.filter((count) => count === columns).length / counts.length
  const isAlike = columns >= 2 && alike >= (titles > 0 ? 0.8 : 0.6)
  const isShort = columns >= 2 && !isAlike && titles === 0 && hasShortRows(header, counts)
  const score = isAlike ? columns * alike : isShort ? columns / 2 : 0
  return { delimiter, score, titles, columns: header }
}

/** Whether the header is wide and rows end before its last columns. A longer row is a fault, which the reader reports. */
function hasShortRows(header: readonly string[], counts: readonly number[]): boolean {
  const names = header.map((name) => name.trim())
  const [columns = 0, ...rows] = counts
  return (
    columns >= 6 &&
    names.every((name) => /^[\w.# -]{1,60}$/.test(name)) &&
    new Set(names).size === columns &&
    rows.every((count) => count >= 2) &&
    rows.filter((count) => count <= columns).length * 2 >= rows.length
  )
}

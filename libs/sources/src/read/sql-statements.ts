import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import type { InputFile } from '../input-file.ts'

/** A statement that grants, revokes, or creates a role. */
interface Statement {
  readonly text: string
  /** The line on which it begins. */
  readonly number: number
  /** Why it cannot be read; empty for a statement that can be read. */
  readonly broken: string
}

const starts =
  /^(GRANT|REVOKE|DENY|CREATE (OR REPLACE )?ROLE|ALTER (SERVER )?ROLE|(EXEC(UTE)?\s+)?(\w*\.)*sp_(add|drop)(srv)?rolemember)(\s|$)/i
/** The words that may continue a complete statement. */
const goesOn =
  /^([,;)]|(TO|FROM|ON|WITH|GRANTED|IDENTIFIED|REQUIRE|AS|CASCADE|RESTRICT|COPY|AUTHORIZATION|PASSWORD|ENCRYPTED|VALID|CONNECTION|(NO)?(LOGIN|SUPERUSER|INHERIT|CREATEDB|CREATEROLE|REPLICATION|BYPASSRLS))\b)/i

/** A line without the bars and rules that a client draws around it. */
export function bareLine(line: string): string {
  const text = line.trim()
  if (/^[+-]+$/.test(text)) return ''
  return text.startsWith('|') && text.endsWith('|') ? text.slice(1, -1).trim() : text
}

/**
 * The statements of a file, in the batches of its chunks, without comments and bodies of functions. A statement ends at a
 * semicolon, a blank line, or a word that cannot continue it: clients that print grants write no end, and scripts have `GO` and
 * `/`.
 */
export async function* statementsOf(
  file: InputFile,
  encoding: Encoding,
  longest: number,
): AsyncGenerator<Statement[], void, undefined> {
  const statements = new Statements(longest)
  let closing = ''
  let opened = 0
  for await (const lines of linesOf(file.name, decoded(file, encoding), longest)) {
    for (const { text, number } of lines) {
      const line = bareLine(text)
      const before = closing
      const code = withoutComments(line, closing)
      closing = code.closing
      if (closing !== '' && closing !== before) opened = number
      // A comment within a statement is not a blank line, which would end the statement.
      if (code.text === '' && line !== '') continue
      for (const piece of splitAtSemicolons(code.text)) statements.take(piece, number)
    }
    if (statements.found.length > 0) yield statements.found.splice(0)
  }
  statements.end()
  if (closing !== '') {
    statements.found.push({ text: '', number: opened, broken: `what begins here never ends with ${closing}` })
  }
  if (statements.found.length > 0) yield statements.found
}

class Statements {
  readonly found: Statement[] = []
  readonly #longest: number
  #pieces: string[] = []
  #length = 0
  #first = 0
  /** Whether it names the grantees. */
  #isWhole = false
  /** Whether it grants privileges on objects that are created later. */
  #isOfDefaults = false
  #haveSemicolons = false

  constructor(longest: number) {
    this.#longest = longest
  }

  take(line: string, number: number): void {
    const last = this.#pieces.at(-1)
    if (last !== undefined) {
      const isDone = this.#isWhole && !/(,|\sTO|\sFROM|\sWITH)$/i.test(last) && !goesOn.test(line)
      if (isDone || line === '' || starts.test(line)) this.#add('')
    }
    if (this.#pieces.length === 0) {
      if (/^ALTER DEFAULT PRIVILEGES\b/i.test(line)) this.#isOfDefaults = true
      if (this.#isOfDefaults) this.#isOfDefaults = line !== '' && !line.endsWith(';')
      else if (starts.test(line)) this.#begin(line, number)
      return
    }
    this.#goOn(line)
  }

  #begin(line: string, number: number): void {
    this.#first = number
    this.#goOn(line)
  }

  #goOn(line: string): void {
    this.#length += line.length
    this.#pieces.push(line)
    this.#isWhole ||= /(^|\s)(TO|FROM)(\s|$)|^(CREATE|ALTER|EXEC|EXECUTE)\s|rolemember\s/i.test(line)
    if (this.#length > this.#longest) this.#add(`the statement is longer than ${this.#longest} characters`)
    else if (line.endsWith(';')) {
      this.#haveSemicolons = true
      this.#add('')
    }
  }

  /** The end of the file. */
  end(): void {
    if (this.#pieces.length === 0) return
    this.#add(this.#haveSemicolons ? 'the statement has no end, as the others have; the file may be cut off' : '')
  }

  #add(broken: string): void {
    this.found.push({ text: broken === '' ? this.#pieces.join(' ') : '', number: this.#first, broken })
    this.#pieces = []
    this.#length = 0
    this.#isWhole = false
  }
}

const quotes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '[': ']' }
const bodyTag = /\$([A-Za-z_]\w*)?\$/y

/** The code of a line, and the text that ends a comment or the body of a function that continues after the line. */
function withoutComments(line: string, open: string): { text: string; closing: string } {
  let text = ''
  let closing = open
  let quote = ''
  let at = 0
  while (at < line.length) {
    if (closing !== '') {
      const end = line.indexOf(closing, at)
      if (end < 0) return { text: text.trim(), closing }
      at = end + closing.length
      closing = ''
      text += ' '
      continue
    }
    const sign = line[at] ?? ''
    if (quote !== '') {
      if (sign === quote) quote = ''
    } else if (quotes[sign] !== undefined) quote = quotes[sign]
    else if (sign === '-' && line[at + 1] === '-') break
    else if (sign === '/' && line[at + 1] === '*') closing = '*/'
    else if (sign === '$' && !/[\w$]/.test(line[at - 1] ?? '')) {
      bodyTag.lastIndex = at
      closing = bodyTag.exec(line)?.[0] ?? ''
    }
    if (closing === '') {
      text += sign
      at++
    } else at += closing.length
  }
  return { text: text.trim(), closing }
}

/** The pieces with their semicolons; a blank line is one piece. */
function splitAtSemicolons(line: string): string[] {
  if (!line.includes(';')) return [line]
  const pieces: string[] = []
  let quote = ''
  let from = 0
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? ''
    if (quote !== '') {
      if (sign === quote) quote = ''
    } else if (quotes[sign] !== undefined) quote = quotes[sign]
    else if (sign === ';') {
      pieces.push(line.slice(from, at + 1).trim())
      from = at + 1
    }
  }
  const rest = line.slice(from).trim()
  if (rest !== '') pieces.push(rest)
  return pieces
}

/** A token of SQL: a word or a number, a name in quotes, a text, or a sign. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'text' | 'sign'
  readonly text: string
  /** Whether it is the first token of its line. */
  readonly isFirst: boolean
  readonly line: number
}

const closing: Readonly<Record<string, string>> = { '"': '"', '`': '`', '[': ']', "'": "'" }
const word = /[\p{L}\p{N}_@.:\\/]+/uy
const bodyTag = /\$([A-Za-z_]\w*)?\$/y
/** A tag may continue in the next piece: its text so far ends here. */
const openTag = /\$\w*$/y
/** MySQL's escape sequences after a backslash; any other character stands for itself. */
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '', b: '', Z: '' }

/** Cuts SQL in pieces into tokens, without comments. A token that may continue waits for the next piece. */
export class SqlTokens {
  #text = ''
  #at = 0
  #line = 1
  #isFirst = true
  /** In MySQL a backslash escapes a quote; in other dialects it is an ordinary character. */
  #hasEscapes = false
  /** Whether the next text has escapes: PostgreSQL's `E'it\'s'`. */
  #isEscapeNext = false
  /** How much of an incomplete text was examined, so that each piece does not examine it again. */
  #looked: { readonly value: string; readonly length: number } | undefined
  /** The same for a word. */
  #wordLength = 0

  /** The number of characters that are not taken yet. */
  get waiting(): number {
    return this.#text.length - this.#at
  }

  get line(): number {
    return this.#line
  }

  push(text: string): void {
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
  }

  /** The next line without its end; undefined when it is not complete. */
  takeLine(isWhole: boolean): string | undefined {
    const end = this.#text.indexOf('\n', this.#at)
    if (end < 0 && !(isWhole && this.waiting > 0)) return undefined
    const line = this.#text.slice(this.#at, end < 0 ? this.#text.length : end)
    this.#at = end < 0 ? this.#text.length : end + 1
    this.#line++
    this.#isFirst = true
    return line.endsWith('\r') ? line.slice(0, -1) : line
  }

  /** Undefined when the next token is not complete. @param isWhole nothing follows */
  take(isWhole: boolean): SqlToken | undefined {
    if (!this.#skip(isWhole)) return undefined
    const { line } = { line: this.#line }
    const isFirst = this.#isFirst
    const start = this.#at
    const sign = this.#text[start] ?? ''
    const token = (kind: SqlToken['kind'], text: string, end: number): SqlToken => {
      this.#line += newlinesIn(this.#text, start, end)
      this.#at = end
      this.#isFirst = false
      return { kind, text, isFirst, line }
    }
    const close = closing[sign]
    if (close !== undefined) {
      const quoted = this.#quoted(start, close, isWhole)
      if (quoted === undefined) return undefined
      if (sign === '`') this.#hasEscapes = true
      this.#isEscapeNext = false
      return token(sign === "'" ? 'text' : 'name', quoted.text, quoted.end)
    }
    if (sign === '$') {
      bodyTag.lastIndex = start
      const tag = bodyTag.exec(this.#text)?.[0]
      if (tag !== undefined) {
        const end = this.#text.indexOf(tag, start + tag.length)
        return end < 0 ? undefined : token('text', this.#text.slice(start + tag.length, end), end + tag.length)
      }
      openTag.lastIndex = start
      if (!isWhole && openTag.test(this.#text)) return undefined
    }
    word.lastIndex = start + this.#wordLength
    const end = word.lastIndex + (word.exec(this.#text)?.[0].length ?? 0)
    this.#wordLength = 0
    if (end === start) return token('sign', sign, start + 1)
    if (end === this.#text.length && !isWhole) {
      this.#wordLength = end - start
      return undefined
    }
    const own = this.#text.slice(start, end)
    this.#isEscapeNext = /^e$/i.test(own) && this.#text[end] === "'"
    return token('word', own, end)
  }

  /** Skips blanks and comments. Returns false when nothing else has arrived. */
  #skip(isWhole: boolean): boolean {
    for (;;) {
      const sign = this.#text[this.#at]
      if (sign === undefined) return false
      const next = this.#text[this.#at + 1]
      if (/\s/.test(sign)) {
        if (sign === '\n') {
          this.#line++
          this.#isFirst = true
        }
        this.#at++
        continue
      }
      if ((sign === '-' || sign === '/') && next === undefined && !isWhole) return false
      const isLine = (sign === '-' && next === '-') || (sign === '#' && this.#isFirst)
      if (!isLine && !(sign === '/' && next === '*')) return true
      const end = this.#text.indexOf(isLine ? '\n' : '*/', this.#at + 2)
      if (end < 0 && !(isLine && isWhole)) return false
      if (!isLine && this.#text[this.#at + 2] === '!') this.#hasEscapes = true
      const behind = end < 0 ? this.#text.length : isLine ? end : end + 2
      this.#line += newlinesIn(this.#text, this.#at, behind)
      this.#at = behind
    }
  }

  #quoted(start: number, close: string, isWhole: boolean): { text: string; end: number } | undefined {
    const text = this.#text
    const isEscaped = close === "'" && (this.#hasEscapes || this.#isEscapeNext)
    const marks = isEscaped ? /['\\]/g : undefined
    let { value, length } = this.#looked ?? { value: '', length: 1 }
    this.#looked = undefined
    for (;;) {
      const from = start + length
      if (marks !== undefined) marks.lastIndex = from
      const at = marks === undefined ? text.indexOf(close, from) : (marks.exec(text)?.index ?? -1)
      const end = at < 0 ? text.length : at
      value += text.slice(from, end)
      const next = text[end + 1]
      // The last character may be the first of two.
      if (at < 0 || (next === undefined && !isWhole && close !== ']') || (next === undefined && text[at] === '\\')) {
        this.#looked = { value, length: end - start }
        return undefined
      }
      if (text[at] === '\\') value += escapes[next ?? ''] ?? next ?? ''
      else if (next === close && close !== ']') value += close
      else return { text: value, end: at + 1 }
      length = at + 2 - start
    }
  }
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0
  // Without `indexOf`, which would search to the end of a long line for each of its tokens.
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 10) count++
  return count
}

/** Calls that stand for a value: `UUID("722d...")`, `new UUID('722d...')`, `ISODate("2024-01-02")`. */
const call = /\b(?:UUID|ObjectId|ISODate|NumberLong|NumberInt|NumberDecimal|Long|Int32|Decimal128|Timestamp|BinData)\(/
const bareName = /[{,]\s*[A-Za-z_$][\w$]*\s*:/

/** Whether a text is what a shell of MongoDB prints: names without quotes, or calls for values. */
export function isShellJson(text: string): boolean {
  const outside = text.split(/"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)/s).join('""')
  return call.test(outside) || bareName.test(outside)
}

/** Makes JSON of it, piece by piece: a call becomes its first argument. The number of lines stays the same. */
export async function* fromShellJson(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  const shell = new ShellText()
  for await (const text of texts) yield shell.take(text)
  yield shell.end()
}

/** The parser reports a longer one, which is no name. */
const longestWord = 1_000

class ShellText {
  #out = ''
  /** The quote of the text that is open. */
  #quote = ''
  #isEscaped = false
  /** A name or a word, and the blanks after it: the next character says what it is. */
  #word = ''
  #blanks = ''
  #calls = 0
  /** The brackets that are open within a call. */
  #depth = 0
  /** Whether the first argument of a call has ended. */
  #isPast = false
  #before = ''

  take(text: string): string {
    for (const character of text) this.#add(character)
    const out = this.#out
    this.#out = ''
    return out
  }

  end(): string {
    this.#endWord('')
    const out = this.#out
    this.#out = ''
    return out
  }

  #add(character: string): void {
    if (this.#quote !== '') {
      this.#addToText(character)
      return
    }
    if (this.#word !== '') {
      if (this.#blanks === '' && /[\w$.]/.test(character) && this.#word.length < longestWord) {
        this.#word += character
        return
      }
      if (/\s/.test(character)) {
        this.#blanks += character
        return
      }
      if (this.#endWord(character)) return
    }
    const isWord = /[A-Za-z_$]/.test(character) && !/[\w.+-]$/.test(this.#before)
    this.#before = character
    if (isWord) this.#word = character
    else if (character === '"' || character === "'") {
      this.#quote = character
      this.#put('"')
    } else if (character === ')' && this.#calls > 0) {
      this.#calls--
      this.#isPast = false
    } else {
      if (this.#calls > 0) this.#depth += '{['.includes(character) ? 1 : '}]'.includes(character) ? -1 : 0
      if (character === ',' && this.#calls > 0 && this.#depth === 0) this.#isPast = true
      this.#put(character)
    }
  }

  #addToText(character: string): void {
    if (this.#isEscaped) {
      this.#isEscaped = false
      this.#put(character === "'" ? "'" : `\\${character}`)
    } else if (character === '\\') this.#isEscaped = true
    else if (character === this.#quote) {
      this.#quote = ''
      this.#before = character
      this.#put('"')
    } else this.#put(character === '"' ? '\\"' : character)
  }

  /** Returns whether the character belongs to the word. */
  #endWord(character: string): boolean {
    const word = this.#word
    const blanks = this.#blanks
    this.#word = ''
    this.#blanks = ''
    if (word === '') return false
    this.#before = blanks === '' ? word : ' '
    if (character === '(') {
      this.#calls++
      this.#put(blanks)
      return true
    }
    if (character === ':') this.#put(`"${word}"`)
    else if (word === 'undefined') this.#put('null')
    else if (word !== 'new') this.#put(word)
    this.#put(blanks)
    return false
  }

  #put(text: string): void {
    // Line ends stay, so that faults name the right line.
    this.#out += this.#isPast ? text.replaceAll(/[^\n]/g, '') : text
  }
}

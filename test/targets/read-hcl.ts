// The part of HCL's native syntax that files of targets use, parsed by the grammar, independent of our writer: blocks, attributes,
// quoted texts, lists, objects, booleans and references.

export type HclValue = string | boolean | { readonly reference: string } | HclValue[] | { [name: string]: HclValue }

export interface HclBlock {
  readonly type: string
  readonly labels: readonly string[]
  readonly body: Readonly<Record<string, HclValue>>
}

/** @throws Error with the place when the file is invalid or has a template, which Terraform would evaluate */
export function readHcl(text: string): HclBlock[] {
  return new HclReader(text).blocks()
}

class HclReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  blocks(): HclBlock[] {
    const blocks: HclBlock[] = []
    for (this.#skip(true); this.#at < this.#text.length; this.#skip(true)) blocks.push(this.#block(this.#word()))
    return blocks
  }

  #block(type: string): HclBlock {
    const labels: string[] = []
    for (this.#skip(); this.#peek() === '"'; this.#skip()) labels.push(this.#quoted())
    return { type, labels, body: this.#body('\n') }
  }

  /** Between braces; the members of an object are parted by commas or line ends, those of a block by line ends. */
  #body(between: '\n' | ','): Record<string, HclValue> {
    this.#take('{')
    const body: Record<string, HclValue> = {}
    for (this.#skip(true); this.#peek() !== '}'; this.#skip(true)) {
      const name = this.#word()
      this.#skip()
      if (name in body) this.#fail(`${name} stands there twice`)
      if (between === '\n' && this.#peek() !== '=') body[name] = this.#block(name).body
      else {
        this.#take('=')
        body[name] = this.#value()
      }
      this.#skip()
      if (between === ',' && this.#peek() === ',') this.#at++
      else if (this.#peek() !== '\n' && this.#peek() !== '}') this.#fail('a line should end here')
    }
    this.#take('}')
    return body
  }

  #value(): HclValue {
    this.#skip()
    const next = this.#peek()
    if (next === '"') return this.#quoted()
    if (next === '{') return this.#body(',')
    if (next === '[') return this.#list()
    const word = /[\w.-]+/y
    word.lastIndex = this.#at
    const [found] = word.exec(this.#text) ?? this.#fail('no value')
    this.#at += found.length
    return found === 'true' || found === 'false' ? found === 'true' : { reference: found }
  }

  #list(): HclValue[] {
    this.#take('[')
    const items: HclValue[] = []
    for (this.#skip(true); this.#peek() !== ']'; this.#skip(true)) {
      items.push(this.#value())
      this.#skip(true)
      if (this.#peek() === ',') this.#at++
      else if (this.#peek() !== ']') this.#fail('a comma should stand here')
    }
    this.#take(']')
    return items
  }

  #quoted(): string {
    this.#take('"')
    let text = ''
    for (;;) {
      const character = this.#peek()
      if (character === undefined || character === '\n' || character === '\r') this.#fail('the text does not end')
      this.#at++
      if (character === '"') return text
      if (character === '\\') text += this.#escape()
      else if ((character === '$' || character === '%') && this.#text.startsWith(`${character}{`, this.#at)) {
        // A doubled sign before a brace is one, and the brace is text.
        text += `${character}{`
        this.#at += 2
      } else if ((character === '$' || character === '%') && this.#peek() === '{') this.#fail('a template')
      else text += character
    }
  }

  #escape(): string {
    const sign = this.#text[this.#at++] ?? ''
    const plain: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }
    if (Object.hasOwn(plain, sign)) return plain[sign] ?? ''
    const digits = sign === 'u' ? 4 : sign === 'U' ? 8 : this.#fail(`no escape: \\${sign}`)
    const hex = this.#text.slice(this.#at, this.#at + digits)
    this.#at += digits
    return String.fromCodePoint(Number.parseInt(hex, 16))
  }

  #word(): string {
    const form = /[A-Za-z_][\w-]*/y
    form.lastIndex = this.#at
    const [word] = form.exec(this.#text) ?? this.#fail('no name')
    this.#at += word.length
    return word
  }

  /** Blanks and comments; line ends where they mean nothing. */
  #skip(skipsLines = false): void {
    const form = skipsLines ? /(?:[ \t\n]|#[^\n]*)*/y : /[ \t]*/y
    form.lastIndex = this.#at
    this.#at += form.exec(this.#text)?.[0].length ?? 0
  }

  #peek(): string | undefined {
    return this.#text[this.#at]
  }

  #take(sign: string): void {
    this.#skip()
    if (this.#peek() !== sign) this.#fail(`${sign} should stand here`)
    this.#at++
  }

  #fail(message: string): never {
    throw new Error(`line ${this.#text.slice(0, this.#at).split('\n').length}: ${message}`)
  }
}

import { type ParsedTokenInfo, Tokenizer, TokenType } from '@streamparser/json'
import type { DocumentEvents } from './document.ts'

export const deepestNesting = 200

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing'

/** Numbers keep their text: an id of 19 digits exceeds the precision of a double. */
export class TextNumbers extends Tokenizer {
  protected override parseNumber(digits: string): number {
    return digits as unknown as number
  }
}

/** Checks the grammar of one document, or of several in one file, and sends it as events. */
export class Grammar {
  readonly #events: DocumentEvents
  readonly #many: boolean
  readonly #open: ('object' | 'list')[] = []
  #expected: Expected = 'value'

  constructor(events: DocumentEvents, many: boolean) {
    this.#events = events
    this.#many = many
  }

  get isWhole(): boolean {
    return this.#open.length === 0 && (this.#expected === 'nothing' || this.#many)
  }

  take({ token, value }: ParsedTokenInfo): void {
    switch (token) {
      case TokenType.LEFT_BRACE:
        this.#begin('object', 'key or }')
        return
      case TokenType.LEFT_BRACKET:
        this.#begin('list', 'value or ]')
        return
      case TokenType.RIGHT_BRACE:
        this.#end('object', 'key or }')
        return
      case TokenType.RIGHT_BRACKET:
        this.#end('list', 'value or ]')
        return
      case TokenType.COLON:
        if (this.#expected !== 'colon') throw new Error('a colon stands in a wrong place')
        this.#expected = 'value'
        return
      case TokenType.COMMA:
        if (this.#expected !== 'comma or end') throw new Error('a comma stands in a wrong place')
        this.#expected = this.#open.at(-1) === 'object' ? 'key' : 'value'
        return
      case TokenType.SEPARATOR:
        return
      case TokenType.NULL:
        this.#needValue()
        this.#events.scalar(undefined)
        this.#after()
        return
      default:
        if (token === TokenType.STRING && (this.#expected === 'key' || this.#expected === 'key or }')) {
          this.#events.key(String(value))
          this.#expected = 'colon'
          return
        }
        this.#needValue()
        this.#events.scalar(String(value))
        this.#after()
        return
    }
  }

  #begin(kind: 'object' | 'list', expected: Expected): void {
    this.#needValue()
    if (this.#open.push(kind) > deepestNesting) throw new Error(`values are nested deeper than ${deepestNesting}`)
    this.#events.begin(kind)
    this.#expected = expected
  }

  #end(kind: 'object' | 'list', whenEmpty: Expected): void {
    const fits = this.#open.at(-1) === kind && (this.#expected === whenEmpty || this.#expected === 'comma or end')
    if (!fits) throw new Error('a bracket closes what is not open')
    this.#open.pop()
    this.#events.end()
    this.#after()
  }

  #needValue(): void {
    if (this.#expected !== 'value' && this.#expected !== 'value or ]')
      throw new Error('a value stands in a wrong place')
  }

  #after(): void {
    this.#expected = this.#open.length > 0 ? 'comma or end' : this.#many ? 'value' : 'nothing'
  }
}

import type { MemberChoice } from './member-choice.ts'

/**
 * Writes documents as JSON. Most of a document is the same as in others (an entitlement that a thousand people hold), so that its
 * parts are texts that are made once.
 */
export class DocumentText {
  readonly #choice: MemberChoice
  readonly #members: string[] = []

  constructor(choice: MemberChoice) {
    this.#choice = choice
  }

  /**
   * @param name of letters and digits alone
   * @param value what is undefined is left out
   */
  add(name: string, value: unknown): this {
    if (value === undefined || !this.#choice.has(name)) return this
    const shown = typeof value === 'object' ? this.#choice.below(name).of(value) : value
    this.#members.push(`"${name}":${JSON.stringify(shown)}`)
    return this
  }

  /** A list of texts that were made for what is chosen below its name. */
  addList(name: string, elements: () => readonly string[]): this {
    if (this.#choice.has(name)) this.#members.push(`"${name}":[${elements().join(',')}]`)
    return this
  }

  toString(): string {
    return `{${this.#members.join(',')}}`
  }
}

import type { MemberChoice } from './member-choice.ts'

/**
 * Writes documents as JSON. Most parts are the same in many documents (an entitlement that a thousand people hold), so the texts of parts
 * are cached.
 */
export class DocumentText {
  readonly #choice: MemberChoice
  readonly #members: string[] = []

  constructor(choice: MemberChoice) {
    this.#choice = choice
  }

  /**
   * @param name letters and digits only
   * @param value omitted when undefined
   */
  add(name: string, value: unknown): this {
    if (value === undefined || !this.#choice.has(name)) return this
    const shown = typeof value === 'object' ? this.#choice.below(name).of(value) : value
    this.#members.push(`"${name}":${JSON.stringify(shown)}`)
    return this
  }

  /** Adds a list of texts that contain the chosen members below the name. */
  addList(name: string, elements: () => readonly string[]): this {
    if (this.#choice.has(name)) this.#members.push(`"${name}":[${elements().join(',')}]`)
    return this
  }

  toString(): string {
    return `{${this.#members.join(',')}}`
  }
}

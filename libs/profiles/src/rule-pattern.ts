import { type Pattern as Compiled, compilePattern } from '@assay/patterns'

/** A compiled pattern as a value of a rule: the library knows the type of a value by its class. */
export class Pattern {
  readonly source: string
  readonly size: number
  readonly #compiled: Compiled

  /** @throws PatternError */
  constructor(source: string) {
    this.#compiled = compilePattern(source)
    this.source = source
    this.size = this.#compiled.size
  }

  test(text: string): boolean {
    return this.#compiled.test(text)
  }
}

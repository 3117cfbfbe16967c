/** A number of findings, and the first of them as examples. */
export interface Found<Example> {
  readonly count: number
  /** At most three. */
  readonly examples: readonly Example[]
}

const mostExamples = 3

/** Counts findings and stores the first ones. */
export class FoundList<Example> {
  #count = 0
  readonly #examples: Example[] = []

  add(example: Example, count = 1): void {
    this.#count += count
    if (this.#examples.length < mostExamples) this.#examples.push(example)
  }

  found(): Found<Example> {
    return { count: this.#count, examples: [...this.#examples] }
  }
}

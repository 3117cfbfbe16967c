import { correlateAccounts, type LinkOf } from './correlate-accounts.ts'
import type { Directory } from './directory.ts'
import type { Source } from './source.ts'

/**
 * Assigns the accounts of each source to people as soon as all people are known and the source has been read. The details of its
 * accounts are then freed before the next source is read: for half a million accounts they need most of the memory. Where the sources
 * that follow may change the result, the accounts wait until all sources have been read.
 */
export class Correlation {
  readonly #directory: Directory
  readonly #linkOf: LinkOf | undefined
  /** The sources that have not been read. */
  readonly #awaited: Set<Source>
  #waits: boolean
  #assigned = 0

  constructor(directory: Directory, sources: readonly Source[], linkOf: LinkOf | undefined) {
    this.#directory = directory
    this.#linkOf = linkOf
    this.#awaited = new Set(sources)
    // A later source with the same name completes the accounts of an earlier one.
    this.#waits = new Set(sources.map(({ name }) => name)).size < sources.length
  }

  /** To be called for each source, in order, when it has been read. */
  async sourceIsRead(source: Source): Promise<void> {
    this.#awaited.delete(source)
    if (this.#waits || !this.#knowsAllPeople()) return
    // Service accounts become people. A reference of a later source that names one is judged without them.
    if (this.#hasServices() && [...this.#awaited].some(hasReferences)) this.#waits = true
    else await this.finish()
  }

  /** Assigns the remaining accounts. */
  async finish(): Promise<void> {
    const first = this.#assigned
    this.#assigned = this.#directory.accounts.length
    await correlateAccounts(this.#directory, this.#linkOf, first)
  }

  #knowsAllPeople(): boolean {
    // Without people, the accounts of all sources together are the people.
    return this.#directory.people.length > 0 && ![...this.#awaited].some(({ map }) => map.identities.length > 0)
  }

  #hasServices(): boolean {
    const { accounts } = this.#directory
    for (let at = this.#assigned; at < accounts.length; at++) {
      if (accounts[at]?.details?.fields.type === 'service') return true
    }
    return false
  }
}

function hasReferences({ map }: Source): boolean {
  return map.accounts.some(({ identity }) => identity !== undefined)
}

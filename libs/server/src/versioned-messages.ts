import { keepEncoded } from '@assay/rpc'
import type { DescMessage, MessageShape } from '@bufbuild/protobuf'

/** An item's place in a list, without what it says. */
interface ListedItem {
  readonly id: string
  /** Changes whenever anything does that the item's message says. */
  readonly version: string
}

interface Kept<M> {
  readonly version: string
  readonly message: M
}

/**
 * Messages of listed items, kept as long as nothing of them changes: people look through the same list again and again, and
 * putting a message together and encoding it costs far more than looking up its version.
 */
export class VersionedMessages<Desc extends DescMessage> {
  readonly #desc: Desc
  readonly #most: number
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept<MessageShape<Desc>>>()

  /** @param most how many to keep, of all tenants */
  constructor(desc: Desc, most: number) {
    this.#desc = desc
    this.#most = most
  }

  /**
   * In the given order.
   * @param load puts messages together, in any order; what is gone by then is left out
   */
  async of(
    tenantId: number,
    listed: readonly ListedItem[],
    load: (ids: readonly string[]) => Promise<readonly (MessageShape<Desc> & { readonly id: string })[]>,
  ): Promise<MessageShape<Desc>[]> {
    const missing: string[] = []
    const found = listed.map(({ id, version }) => {
      const message = this.#use(`${tenantId}/${id}`, version)
      if (message === undefined) missing.push(id)
      return message
    })
    if (missing.length === 0) return found as MessageShape<Desc>[]
    const loaded = new Map((await load(missing)).map((message) => [message.id, message]))
    return listed.flatMap(({ id, version }, place) => {
      const message = found[place] ?? loaded.get(id)
      if (message === undefined) return []
      if (found[place] === undefined) this.#keep(`${tenantId}/${id}`, { version, message })
      return [message]
    })
  }

  #use(key: string, version: string): MessageShape<Desc> | undefined {
    const kept = this.#kept.get(key)
    if (kept?.version !== version) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept.message
  }

  #keep(key: string, kept: Kept<MessageShape<Desc>>): void {
    keepEncoded(this.#desc, kept.message)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    if (this.#kept.size <= this.#most) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}

import { keepEncoded } from '@assay/rpc'
import type { DescMessage, MessageShape } from '@bufbuild/protobuf'

/** An item's place in a list, without its message. */
interface ListedItem {
  readonly id: string
  /** Changes whenever anything in the item's message changes. */
  readonly version: string
}

interface Cached<M> {
  readonly version: string
  readonly message: M
  readonly bytes: number
}

/** What a cache did since it was made, and what it holds, in estimated bytes. */
export interface CacheCounts {
  readonly hits: number
  readonly misses: number
  readonly bytes: number
}

/** Of each cache, where the environment says nothing else. */
export const defaultAnswerCacheBytes = 64 * 1024 * 1024

/** What an entry takes beside its message, and how much more than its wire format a message takes (measured: 3.3 times). */
const entryBytes = 300
const messageTimesWire = 4

/**
 * A cache of the messages of listed items, by a version that the query of the list gives: people look through the same list
 * again and again, and putting a message together and encoding it costs far more than looking up its version. The least
 * recently used go first.
 *
 * It may go when `npm run bench -- c1 sailpoint` meets its goals as well with `ASSAY_ANSWER_CACHE_BYTES=0`.
 */
export class VersionedMessages<Desc extends DescMessage> {
  readonly #desc: Desc
  readonly #mostBytes: number
  /** In the order of their last use. */
  readonly #cached = new Map<string, Cached<MessageShape<Desc>>>()
  #bytes = 0
  #hits = 0
  #misses = 0

  /** @param mostBytes of memory, of all tenants together; 0 switches the cache off */
  constructor(desc: Desc, mostBytes: number) {
    this.#desc = desc
    this.#mostBytes = mostBytes
  }

  get counts(): CacheCounts {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#bytes }
  }

  /**
   * The messages in the order of the list.
   * @param load puts messages together, in any order; items that are gone by then are left out
   */
  async of(
    tenantId: number,
    listed: readonly ListedItem[],
    load: (ids: readonly string[]) => Promise<readonly (MessageShape<Desc> & { readonly id: string })[]>,
  ): Promise<MessageShape<Desc>[]> {
    const missing: string[] = []
    const cached = listed.map(({ id, version }) => {
      const message = this.#use(`${tenantId}/${id}`, version)
      if (message === undefined) missing.push(id)
      return message
    })
    this.#misses += missing.length
    this.#hits += listed.length - missing.length
    if (missing.length === 0) return cached as MessageShape<Desc>[]
    const loaded = new Map((await load(missing)).map((message) => [message.id, message]))
    return listed.flatMap(({ id, version }, place) => {
      const message = cached[place] ?? loaded.get(id)
      if (message === undefined) return []
      if (cached[place] === undefined && this.#mostBytes > 0) this.#put(`${tenantId}/${id}`, version, message)
      return [message]
    })
  }

  #use(key: string, version: string): MessageShape<Desc> | undefined {
    const cached = this.#cached.get(key)
    if (cached?.version !== version) return undefined
    this.#cached.delete(key)
    this.#cached.set(key, cached)
    return cached.message
  }

  #put(key: string, version: string, message: MessageShape<Desc>): void {
    const wireBytes = keepEncoded(this.#desc, message)
    this.#remove(key)
    const bytes = entryBytes + key.length + wireBytes * (1 + messageTimesWire)
    if (bytes > this.#mostBytes) return
    this.#cached.set(key, { version, message, bytes })
    this.#bytes += bytes
    for (const oldest of this.#cached.keys()) {
      if (this.#bytes <= this.#mostBytes) return
      this.#remove(oldest)
    }
  }

  #remove(key: string): void {
    const cached = this.#cached.get(key)
    if (cached === undefined) return
    this.#cached.delete(key)
    this.#bytes -= cached.bytes
  }
}

import { keepEncoded } from '@assay/rpc'
import type { DescMessage, MessageShape } from '@bufbuild/protobuf'

/** An item of a list, without its message. */
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

/** Messages that a call is loading. */
interface Loading<M> {
  readonly version: string
  /** By id; items that no longer exist are missing. */
  readonly messages: Promise<ReadonlyMap<string, M>>
}

/** Statistics of a cache since it was made, and its size, in estimated bytes. */
export interface CacheCounts {
  readonly hits: number
  readonly misses: number
  readonly bytes: number
}

/** The size of each cache, if the environment has no setting. */
export const defaultAnswerCacheBytes = 64 * 1024 * 1024

/** The bytes of an entry besides its message, and the ratio of a message in memory to its wire format (measured: 3.3). */
const entryBytes = 300
const messageTimesWire = 4

/**
 * A cache of the messages of listed items, by a version from the list's query: users read the same list repeatedly, and making and encoding
 * a message costs far more than reading its version. The least recently used entries are removed first.
 *
 * It can be removed when `npm run bench -- c1 sailpoint` also meets its goals with `ASSAY_ANSWER_CACHE_BYTES=0`.
 */
export class VersionedMessages<Desc extends DescMessage> {
  readonly #desc: Desc
  readonly #mostBytes: number
  /** In the order of their last use. */
  readonly #cached = new Map<string, Cached<MessageShape<Desc>>>()
  /** After an analysis, every message of a list is new, and many calls request the same ones at once. */
  readonly #loading = new Map<string, Loading<MessageShape<Desc>>>()
  #bytes = 0
  #hits = 0
  #misses = 0

  /** @param mostBytes of memory, for all tenants together; 0 turns the cache off */
  constructor(desc: Desc, mostBytes: number) {
    this.#desc = desc
    this.#mostBytes = mostBytes
  }

  get counts(): CacheCounts {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#bytes }
  }

  /**
   * The messages in the order of the list.
   * @param load loads messages, in any order; items that no longer exist are left out
   */
  async of(
    tenantId: number,
    listed: readonly ListedItem[],
    load: (ids: readonly string[]) => Promise<readonly (MessageShape<Desc> & { readonly id: string })[]>,
  ): Promise<MessageShape<Desc>[]> {
    const all = this.#allOf(tenantId, listed)
    if (all !== undefined) return all
    const missing: ListedItem[] = []
    /** Items that another call is loading at the same version. */
    const shared: (Loading<MessageShape<Desc>> & { readonly item: ListedItem })[] = []
    const found = new Map<string, MessageShape<Desc>>()
    for (const item of listed) {
      const key = `${tenantId}/${item.id}`
      const message = this.#use(key, item.version)
      const loading = this.#loading.get(key)
      if (message !== undefined) found.set(item.id, message)
      else if (loading?.version === item.version) shared.push({ ...loading, item })
      else missing.push(item)
    }
    this.#misses += missing.length
    this.#hits += listed.length - missing.length
    const add = (loaded: ReadonlyMap<string, MessageShape<Desc>>) => {
      for (const [id, message] of loaded) found.set(id, message)
    }
    if (missing.length > 0) add(await this.#load(tenantId, missing, load))
    const left: ListedItem[] = []
    for (const { item, messages } of shared) {
      // The other call may have been cancelled.
      const message = (await messages.catch(() => undefined))?.get(item.id)
      if (message === undefined) left.push(item)
      else found.set(item.id, message)
    }
    if (left.length > 0) add(await this.#load(tenantId, left, load))
    return listed.flatMap(({ id }) => found.get(id) ?? [])
  }

  /** The messages if all of them are cached, as those of most lists are. */
  #allOf(tenantId: number, listed: readonly ListedItem[]): MessageShape<Desc>[] | undefined {
    const messages: MessageShape<Desc>[] = []
    for (const { id, version } of listed) {
      const message = this.#use(`${tenantId}/${id}`, version)
      if (message === undefined) return undefined
      messages.push(message)
    }
    this.#hits += listed.length
    return messages
  }

  /** Loads items and caches them. Meanwhile, other calls may wait for them. */
  async #load(
    tenantId: number,
    items: readonly ListedItem[],
    load: (ids: readonly string[]) => Promise<readonly (MessageShape<Desc> & { readonly id: string })[]>,
  ): Promise<ReadonlyMap<string, MessageShape<Desc>>> {
    const loaded = load(items.map(({ id }) => id))
    const messages = loaded.then((all) => new Map<string, MessageShape<Desc>>(all.map((one) => [one.id, one])))
    if (this.#mostBytes === 0) return messages
    const own = items.map(({ id, version }): [string, Loading<MessageShape<Desc>>] => [
      `${tenantId}/${id}`,
      { version, messages },
    ])
    for (const [key, loading] of own) this.#loading.set(key, loading)
    try {
      const all = await messages
      for (const { id, version } of items) {
        const message = all.get(id)
        if (message !== undefined) this.#put(`${tenantId}/${id}`, version, message)
      }
      return all
    } finally {
      for (const [key, loading] of own) if (this.#loading.get(key) === loading) this.#loading.delete(key)
    }
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

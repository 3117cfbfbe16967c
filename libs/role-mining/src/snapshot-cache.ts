import { loadCurrentSnapshot, scopeState, snapshotVersion } from '@assay/directory'
import { aborted } from '@assay/errors'
import { readSnapshot } from '@assay/mining'
import { askInTenant, inTenant, type Reader, type Sql, type TenantOptions, type TenantSql } from '@assay/store'
import type { LoadedSnapshot } from './loaded-snapshot.ts'
import { boundedVersion, isScopeSettled, restrictedTo, settleReaderScope } from './reader-scopes/bounded-reader.ts'

interface SnapshotCacheOptions {
  /** When the snapshots take more bytes than this, the least recently used ones are removed; the last one used stays. Default 384 MiB. */
  readonly mostBytes?: number
}

export const defaultSnapshotCacheBytes = 384 * 1024 * 1024
/** The number of times that an import may be committed between loading its predecessor and using it, before the call fails. */
const mostLoads = 5

/** Rolls back work that used the scope on other data. */
class ScopeMoved extends Error {
  override readonly name = 'ScopeMoved'
}

/**
 * The snapshots in force of the tenants whose calls this process answers. A snapshot is loaded once for each tenant and import, for any
 * number of concurrent callers. 10 million grants take 66 MB and half a second.
 */
export class SnapshotCache {
  readonly #sql: Sql
  readonly #mostBytes: number
  /** In the order of their last use. */
  readonly #loaded = new Map<string, LoadedSnapshot>()
  readonly #loading = new Map<string, Promise<void>>()
  #hits = 0
  #misses = 0
  #loads = 0

  constructor(sql: Sql, { mostBytes = defaultSnapshotCacheBytes }: SnapshotCacheOptions = {}) {
    this.#sql = sql
    this.#mostBytes = mostBytes
  }

  /** The counts of hits, misses and loads since the start, and the present entries and bytes. */
  get counts() {
    const bytes = this.#loaded.values().reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
    return { entries: this.#loaded.size, bytes, hits: this.#hits, misses: this.#misses, loads: this.#loads }
  }

  /**
   * Runs `work` in a transaction of the reader, with the snapshot of the import that is in force in that transaction; undefined before the
   * first import. For a bounded reader the snapshot has only the people of the reader's scope. A load of the snapshot holds no connection.
   * @param reader the id of a tenant stands for a reader that is not bounded
   * @throws aborted when imports are committed faster than they can be loaded; permission_denied for a scope that does not exist any more
   */
  async use<T>(
    reader: number | Reader,
    work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>,
    options?: Pick<TenantOptions, 'signal' | 'timeoutMs'>,
  ): Promise<T> {
    const { tenantId, readerScope }: Reader = typeof reader === 'number' ? { tenantId: reader } : reader
    const key = keyOf(tenantId, readerScope)
    return this.#inPlace(
      { tenantId, readerScope },
      async (sql, attempt) => {
        const version = await (readerScope === undefined ? snapshotVersion(sql) : boundedVersion(sql, readerScope))
        if (version === undefined) return { answer: await work(sql, undefined) }
        const loaded = this.#loaded.get(key)
        if (loaded?.version !== version) {
          if (attempt === 0) this.#misses++
          return undefined
        }
        if (attempt === 0) this.#hits++
        this.#keep(key, loaded)
        return { answer: await work(sql, loaded) }
      },
      () => this.#load(tenantId, readerScope),
      options,
    )
  }

  /**
   * `use` for work that only reads. It begins on the loaded snapshot while a query finds out whether that one is in force, so the check
   * takes no separate round trip. Results from a snapshot that is no longer in force are dropped, and the work begins again.
   */
  async read<T>(
    reader: Reader,
    work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>,
    options?: Pick<TenantOptions, 'signal' | 'timeoutMs'>,
  ): Promise<T> {
    const done = await this.#onLoaded(reader, (loaded) =>
      inTenant(
        this.#sql,
        reader,
        async (sql) => {
          const [asked, found] = await Promise.allSettled([snapshotVersion(sql), work(sql, loaded)])
          if (asked.status === 'rejected') throw asked.reason
          if (asked.value !== loaded.version) return undefined
          if (found.status === 'rejected') throw found.reason
          return { answer: found.value }
        },
        options,
      ),
    )
    return done === undefined ? this.use(reader, work, options) : done.answer
  }

  /**
   * `read` for work that can often be one query, which takes one round trip to the database. `attempt` is that query, sent by `askLast`; the
   * query itself must check that the loaded snapshot is in force. When `attempt` returns undefined, because the check failed or it has no
   * query to send, `work` runs. It also runs for a bounded reader, and when no snapshot is loaded.
   */
  async readAtOnce<T>(
    reader: Reader,
    attempt: (sql: TenantSql, loaded: LoadedSnapshot) => Promise<T | undefined>,
    work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>,
    options?: Pick<TenantOptions, 'signal' | 'timeoutMs'>,
  ): Promise<T> {
    const answer = await this.#onLoaded(reader, (loaded) =>
      askInTenant(this.#sql, reader.tenantId, (sql) => attempt(sql, loaded), options),
    )
    return answer === undefined ? this.read(reader, work, options) : answer
  }

  /**
   * The result of `attempt`, which returns undefined if the loaded snapshot is not in force. Also undefined for a bounded reader, and when no
   * snapshot is loaded.
   */
  async #onLoaded<T>(
    { tenantId, readerScope }: Reader,
    attempt: (loaded: LoadedSnapshot) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const key = keyOf(tenantId, undefined)
    const loaded = readerScope === undefined ? this.#loaded.get(key) : undefined
    if (loaded === undefined) return undefined
    const answer = await attempt(loaded)
    if (answer === undefined) return undefined
    this.#hits++
    if (this.#loaded.get(key) === loaded) this.#keep(key, loaded)
    return answer
  }

  /**
   * `inTenant` for the reader. For a bounded reader, the people of the scope are computed for the data in force first.
   * @throws aborted when imports are committed faster than scopes can be computed; permission_denied for a scope that does not exist any
   * more
   */
  async asReader<T>(reader: Reader, work: (sql: TenantSql) => Promise<T>, options?: TenantOptions): Promise<T> {
    const { tenantId, readerScope } = reader
    if (readerScope === undefined) return inTenant(this.#sql, tenantId, work, options)
    return this.#inPlace(
      reader,
      async (sql) => ((await isScopeSettled(sql, readerScope)) ? { answer: await work(sql) } : undefined),
      () => this.#load(tenantId, readerScope),
      options,
    )
  }

  /**
   * `asReader` for work that is one query, sent by `askLast`: one round trip to the database for a reader that is not bounded.
   * @throws as `asReader`
   */
  askAsReader<T>(reader: Reader, work: (sql: TenantSql) => Promise<T>, options?: TenantOptions): Promise<T> {
    return reader.readerScope === undefined
      ? askInTenant(this.#sql, reader.tenantId, work, options)
      : this.asReader(reader, work, options)
  }

  /** Tries `work`. When it returns undefined, something has to be prepared first; the preparation holds no connection. */
  async #inPlace<T>(
    reader: Reader,
    work: (sql: TenantSql, attempt: number) => Promise<{ readonly answer: T } | undefined>,
    prepare: () => Promise<void>,
    options: TenantOptions | undefined,
  ): Promise<T> {
    for (let attempt = 0; attempt <= mostLoads; attempt++) {
      const done = await this.#onOneState(reader, (sql) => work(sql, attempt), options)
      if (done !== undefined) return done.answer
      await prepare()
    }
    throw aborted('the access data keeps changing; try again')
  }

  /**
   * A transaction of the reader. For a bounded reader it is rolled back and returns undefined when the data, or the people of the scope,
   * changed meanwhile: its queries would have used the scope on other data.
   */
  async #onOneState<T>(
    reader: Reader,
    work: (sql: TenantSql) => Promise<T | undefined>,
    options: TenantOptions | undefined,
  ): Promise<T | undefined> {
    const { readerScope } = reader
    if (readerScope === undefined) return inTenant(this.#sql, reader, work, options)
    const checked = async (sql: TenantSql) => {
      const before = await scopeState(sql, readerScope)
      const done = await work(sql)
      if (done !== undefined && (await scopeState(sql, readerScope)) !== before) throw new ScopeMoved()
      return done
    }
    try {
      return await inTenant(this.#sql, reader, checked, options)
    } catch (error) {
      if (error instanceof ScopeMoved) return undefined
      throw error
    }
  }

  /** Loads once for all concurrent callers. */
  #load(tenantId: number, readerScope: string | undefined): Promise<void> {
    const key = keyOf(tenantId, readerScope)
    const underWay = this.#loading.get(key)
    if (underWay !== undefined) return underWay
    const reading = readerScope === undefined ? this.#read(tenantId) : this.#restrict(tenantId, readerScope)
    const loading = reading.finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  async #read(tenantId: number): Promise<void> {
    const key = keyOf(tenantId, undefined)
    // The version is read before the load: a change during the load leads to another version.
    const version = await inTenant(this.#sql, tenantId, snapshotVersion)
    // Another caller may have loaded it while a transaction ended.
    if (version === undefined || this.#loaded.get(key)?.version === version) return
    this.#loads++
    // The replaced snapshot is removed before its successor is loaded, so that they do not need memory at the same time.
    this.#loaded.delete(key)
    const stored = await loadCurrentSnapshot(this.#sql, tenantId)
    if (stored !== undefined) this.#keep(key, { ...stored, version, snapshot: readSnapshot(stored.buffer) })
  }

  async #restrict(tenantId: number, readerScope: string): Promise<void> {
    const key = keyOf(tenantId, readerScope)
    const scope = await settleReaderScope(this.#sql, tenantId, readerScope, (work) => this.use(tenantId, work))
    if (scope === undefined || this.#loaded.get(key)?.version === scope.version) return
    this.#loads++
    this.#loaded.delete(key)
    this.#keep(key, restrictedTo(scope))
  }

  #keep(key: string, loaded: LoadedSnapshot): void {
    this.#loaded.delete(key)
    this.#loaded.set(key, loaded)
    let bytes = 0
    for (const { buffer } of this.#loaded.values()) bytes += buffer.byteLength
    for (const [oldest, { buffer }] of this.#loaded) {
      if (bytes <= this.#mostBytes || oldest === key) break
      this.#loaded.delete(oldest)
      bytes -= buffer.byteLength
    }
  }
}

function keyOf(tenantId: number, readerScope: string | undefined): string {
  return readerScope === undefined ? String(tenantId) : `${tenantId}/${readerScope}`
}

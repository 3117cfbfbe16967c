import { loadCurrentSnapshot, scopeState, snapshotVersion } from '@assay/directory'
import { aborted } from '@assay/errors'
import { readSnapshot } from '@assay/mining'
import { askInTenant, inTenant, type Reader, type Sql, type TenantOptions, type TenantSql } from '@assay/store'
import type { LoadedSnapshot } from './loaded-snapshot.ts'
import { boundedVersion, isScopeSettled, restrictedTo, settleReaderScope } from './reader-scopes/bounded-reader.ts'

interface SnapshotCacheOptions {
  /** Snapshots that were not used for longest leave when all of them take more; the last one used stays. Default 384 MiB. */
  readonly mostBytes?: number
}

export const defaultSnapshotCacheBytes = 384 * 1024 * 1024
/** So often may an import be committed between loading its predecessor and using it, before we give up. */
const mostLoads = 5

/** Rolls back what was done by a scope of other data. */
class ScopeMoved extends Error {
  override readonly name = 'ScopeMoved'
}

/**
 * The snapshots in force of the tenants whose calls this process answers: loaded once a tenant and import, however many
 * ask at a time. 10 million grants take 66 MB and half a second.
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

  /** What the cache did since it was made, and what it holds. */
  get counts() {
    const bytes = this.#loaded.values().reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
    return { entries: this.#loaded.size, bytes, hits: this.#hits, misses: this.#misses, loads: this.#loads }
  }

  /**
   * Runs `work` in a transaction of the reader, with the snapshot of the import that is in force in it; undefined before the
   * first import. To a bounded reader the snapshot is that of a tenant which holds only the people of the reader's scope. When it
   * has to be loaded first, no connection is held meanwhile.
   * @param reader a tenant's id stands for a reader who is not bounded
   * @throws aborted when imports are committed faster than they can be loaded; permission_denied for a scope that is gone
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
   * `use` for work that only reads: it begins on the snapshot that is loaded while the database is asked whether that one is in force,
   * which then takes no round trip of its own. What it finds on one that is not in force any more is dropped, and it begins again.
   */
  async read<T>(
    reader: Reader,
    work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>,
    options?: Pick<TenantOptions, 'signal' | 'timeoutMs'>,
  ): Promise<T> {
    const key = keyOf(reader.tenantId, undefined)
    const loaded = this.#loaded.get(key)
    if (loaded === undefined || reader.readerScope !== undefined) return this.use(reader, work, options)
    const done = await inTenant(
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
    )
    if (done === undefined) return this.use(reader, work, options)
    this.#hits++
    if (this.#loaded.get(key) === loaded) this.#keep(key, loaded)
    return done.answer
  }

  /**
   * `inTenant` for the reader: where the reader is bounded, with whom the scope means settled for the data in force.
   * @throws aborted when imports are committed faster than scopes can be settled; permission_denied for a scope that is gone
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
   * `asReader` for work that is one query, asked by `askLast`: a round trip to the database in all where the reader is not bounded.
   * @throws as `asReader`
   */
  askAsReader<T>(reader: Reader, work: (sql: TenantSql) => Promise<T>, options?: TenantOptions): Promise<T> {
    return reader.readerScope === undefined
      ? askInTenant(this.#sql, reader.tenantId, work, options)
      : this.asReader(reader, work, options)
  }

  /** Tries `work`, which says by undefined that something has to be prepared first, which holds no connection in between. */
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
   * A transaction of the reader. Of a bounded one, nothing of it is kept and undefined is answered when the data, or whom the scope
   * means, became others meanwhile: its queries would have seen people by a scope of other data.
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

  /** Once for all who wait for it. */
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
    // Asked before: what changes while it is being loaded has another version then.
    const version = await inTenant(this.#sql, tenantId, snapshotVersion)
    // Somebody else may have loaded it while a transaction ended.
    if (version === undefined || this.#loaded.get(key)?.version === version) return
    this.#loads++
    // Of what is replaced nothing is kept while its successor arrives.
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

import { loadCurrentSnapshot, snapshotVersion } from '@assay/directory'
import { aborted } from '@assay/errors'
import { readSnapshot, type Snapshot } from '@assay/mining'
import { inTenant, type Sql, type TenantOptions, type TenantSql } from '@assay/store'

/** A snapshot in this process's memory. It never changes; the next import has one of its own. */
export interface LoadedSnapshot {
  readonly importId: string
  /** Tells it from every other snapshot, of this tenant and of others. */
  readonly version: string
  readonly snapshot: Snapshot
  /** What the snapshot's arrays are views of, for other threads. */
  readonly buffer: SharedArrayBuffer
}

interface SnapshotCacheOptions {
  /** Snapshots that were not used for longest leave when all of them take more; the last one used stays. Default 384 MiB. */
  readonly mostBytes?: number
}

const defaultMostBytes = 384 * 1024 * 1024
/** So often may an import be committed between loading its predecessor and using it, before we give up. */
const mostLoads = 5

/**
 * The snapshots in force of the tenants whose calls this process answers: loaded once a tenant and import, however many
 * ask at a time. 10 million grants take 66 MB and half a second.
 */
export class SnapshotCache {
  readonly #sql: Sql
  readonly #mostBytes: number
  /** In the order of their last use. */
  readonly #loaded = new Map<number, LoadedSnapshot>()
  readonly #loading = new Map<number, Promise<LoadedSnapshot | undefined>>()
  #hits = 0
  #misses = 0
  #loads = 0

  constructor(sql: Sql, { mostBytes = defaultMostBytes }: SnapshotCacheOptions = {}) {
    this.#sql = sql
    this.#mostBytes = mostBytes
  }

  /** What the cache did since it was made, and what it holds. */
  get counts() {
    const bytes = this.#loaded.values().reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
    return { entries: this.#loaded.size, bytes, hits: this.#hits, misses: this.#misses, loads: this.#loads }
  }

  /**
   * Runs `work` in a transaction of the tenant, with the snapshot of the import that is in force in it; undefined before the
   * first import. When the snapshot has to be loaded first, no connection is held meanwhile.
   * @throws aborted when imports are committed faster than they can be loaded
   */
  async use<T>(
    tenantId: number,
    work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>,
    options?: Pick<TenantOptions, 'signal' | 'timeoutMs'>,
  ): Promise<T> {
    for (let loads = 0; loads <= mostLoads; loads++) {
      const done = await inTenant(
        this.#sql,
        tenantId,
        async (sql) => {
          const version = await snapshotVersion(sql)
          const loaded = this.#loaded.get(tenantId)
          if (version === undefined) return { answer: await work(sql, undefined) }
          if (loaded?.version !== version) return { missing: version }
          if (loads === 0) this.#hits++
          this.#keep(tenantId, loaded)
          return { answer: await work(sql, loaded) }
        },
        options,
      )
      if (done.missing === undefined) return done.answer
      if (loads === 0) this.#misses++
      // Somebody else may have loaded it while the transaction ended.
      if (this.#loaded.get(tenantId)?.version !== done.missing) await this.#load(tenantId)
    }
    throw aborted('the access data keeps changing; try again')
  }

  #load(tenantId: number): Promise<LoadedSnapshot | undefined> {
    const underWay = this.#loading.get(tenantId)
    if (underWay !== undefined) return underWay
    this.#loads++
    // Of what is replaced nothing is kept while its successor arrives.
    this.#loaded.delete(tenantId)
    const loading = this.#read(tenantId).finally(() => this.#loading.delete(tenantId))
    this.#loading.set(tenantId, loading)
    return loading
  }

  async #read(tenantId: number): Promise<LoadedSnapshot | undefined> {
    // Asked before: what changes while it is being loaded has another version then.
    const version = await inTenant(this.#sql, tenantId, snapshotVersion)
    const stored = await loadCurrentSnapshot(this.#sql, tenantId)
    if (stored === undefined || version === undefined) return undefined
    const loaded = { ...stored, version, snapshot: readSnapshot(stored.buffer) }
    this.#keep(tenantId, loaded)
    return loaded
  }

  #keep(tenantId: number, loaded: LoadedSnapshot): void {
    this.#loaded.delete(tenantId)
    this.#loaded.set(tenantId, loaded)
    let bytes = 0
    for (const { buffer } of this.#loaded.values()) bytes += buffer.byteLength
    for (const [oldest, { buffer }] of this.#loaded) {
      if (bytes <= this.#mostBytes || oldest === tenantId) break
      this.#loaded.delete(oldest)
      bytes -= buffer.byteLength
    }
  }
}

import { CopyIn } from '@assay/directory'
import type { GrantRecord } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import type { SpooledGrantBlocks } from './grant-blocks.ts'

/** Facts about all grants of a load together. */
export interface GrantTraits {
  /** Whether some name no application. */
  readonly unplaced: boolean
  /** Whether some end on a day. */
  readonly ends: boolean
}

const columns = [
  'ordinal',
  'form',
  'holder',
  'holder_application',
  'application',
  'entitlement',
  'granted_at',
  'last_used_at',
  'ends',
]

/**
 * A load with more grants than this gets a separate partition. Fewer grants are stored equally fast in the shared one, and a
 * database with very many small loads then has few tables.
 */
const mostSharedGrants = 100_000

/** The stored grants of a load. */
export interface CopiedGrants {
  /** The table with all of them, if they have a separate one. It must be attached before queries on all grants see it. */
  readonly own: string | undefined
  readonly traits: GrantTraits
}

interface GrantDestination {
  readonly tenantId: number
  readonly loadKey: number
  readonly mostSharedGrants?: number
  /** Receives the grants as well; stored when they have a separate partition. */
  readonly blocks?: SpooledGrantBlocks
}

/**
 * Stores the grants of a load while they are read. COPY refuses tables under row level security, so they go into a temporary twin
 * and from there into the table. When there are many, they go into a separate partition, which has no rows of other loads. Binary
 * COPY into a new table without an index, which PostgreSQL does not write to its log, takes a third of the time of the twin.
 */
export class GrantCopy {
  readonly #sql: TenantSql
  readonly #tenantId: number
  readonly #loadKey: number
  readonly #mostShared: number
  readonly #blocks: SpooledGrantBlocks | undefined
  #copy: CopyIn | undefined
  #own: string | undefined
  #hasTwin = false
  #count = 0
  #isUnplaced = false
  #hasEnds = false

  constructor(
    sql: TenantSql,
    { tenantId, loadKey, mostSharedGrants: mostShared = mostSharedGrants, blocks }: GrantDestination,
  ) {
    this.#sql = sql
    this.#tenantId = tenantId
    this.#loadKey = loadKey
    this.#mostShared = mostShared
    this.#blocks = blocks
  }

  /** The number of added grants. */
  get count(): number {
    return this.#count
  }

  /** @param formOffset the offset of the forms of their map among those of the load */
  async add(batches: AsyncIterable<readonly GrantRecord[]>, formOffset: number): Promise<void> {
    try {
      for await (const batch of batches) {
        this.#copy ??= await CopyIn.open(this.#sql, await this.#table(), columns, this.#own !== undefined)
        for (const grant of batch) this.#addRow(this.#copy, grant, formOffset)
        await this.#copy.flush()
        await this.#blocks?.add(batch, formOffset)
        if (this.#own === undefined && this.#count > this.#mostShared) await this.#moveToOwn()
      }
      // The copy ends here, since other records are stored on the same connection.
      await this.#finishCopy()
    } catch (error) {
      CopyIn.abandon(this.#sql)
      throw error
    }
  }

  /** Moves the rows to their final table. */
  async finish(): Promise<CopiedGrants> {
    const sql = this.#sql
    if (this.#own !== undefined) {
      await sql`select index_source_grant_partition(${this.#loadKey})`
      await this.#blocks?.store(sql, this.#tenantId, this.#loadKey)
    } else if (this.#hasTwin) {
      await sql`
        insert into source_grants (${sql(['tenant_id', 'load_id', ...columns])})
        select ${this.#tenantId}, ${this.#loadKey}, * from incoming_source_grants`
      await sql`drop table incoming_source_grants`
    }
    return { own: this.#own, traits: { unplaced: this.#isUnplaced, ends: this.#hasEnds } }
  }

  async #table(): Promise<string> {
    const sql = this.#sql
    if (this.#own !== undefined) return this.#own
    if (!this.#hasTwin) {
      await sql`
        create temporary table incoming_source_grants on commit drop as
          select ${sql(columns)} from source_grants with no data`
      this.#hasTwin = true
    }
    return 'incoming_source_grants'
  }

  async #moveToOwn(): Promise<void> {
    const sql = this.#sql
    await this.#finishCopy()
    const [row] = await sql<{ name: string }[]>`select create_source_grant_partition(${this.#loadKey}) as name`
    if (row === undefined) throw new Error('no partition was made')
    await sql`insert into ${sql(row.name)} (${sql(columns)}) select * from incoming_source_grants`
    await sql`drop table incoming_source_grants`
    this.#hasTwin = false
    this.#own = row.name
  }

  async #finishCopy(): Promise<void> {
    await this.#copy?.finish()
    this.#copy = undefined
  }

  #addRow({ rows }: CopyIn, grant: GrantRecord, formOffset: number): void {
    rows.row(columns.length)
    rows.int64(this.#count++)
    rows.int16(grant.form + formOffset)
    rows.text(grant.holder)
    rows.text(grant.holderApplication)
    rows.text(grant.application)
    rows.text(grant.entitlement)
    rows.text(grant.grantedAt)
    rows.text(grant.lastUsedAt)
    rows.text(grant.ends)
    if (grant.application === '') this.#isUnplaced = true
    if (grant.ends !== '') this.#hasEnds = true
  }
}

/** Attaches a table with the grants of a load to the table of all grants. Other loads that do so wait until the transaction ends. */
export async function attachGrants(sql: TenantSql, loadKey: number, { own }: CopiedGrants): Promise<void> {
  if (own !== undefined) await sql`select attach_source_grant_partition(${loadKey})`
}

import { inTenant, onlyRow, type Sql, type TenantSql } from '@assay/store'
import { chainStart, linkHash } from './chain.ts'

/** The most entries that one transaction of the sealer links. */
const mostSealed = 5_000
const intervalMs = 250
const longPauseMs = 5_000

interface UnsealedEntry {
  readonly id: string
  readonly hash: Buffer
  /** Whether the entry has a link already: its row of `ledger_unsealed` was inserted by hand. */
  readonly isLinked: boolean
}

/**
 * Links a tenant's committed entries that have no link yet, oldest first, at most 5,000. Only one sealer of a tenant works at a time; a
 * second one links nothing. A process can be killed at any moment, since one transaction writes all links.
 * @returns the number of entries that were handled
 */
export function sealEntries(sql: Sql, tenantId: number): Promise<number> {
  return inTenant(sql, tenantId, async (scoped) => {
    const turn = onlyRow(
      await scoped<{ isOurs: boolean }[]>`
      select pg_try_advisory_xact_lock(hashtextextended('assay ledger seal', ${tenantId})) as "isOurs"`,
    )
    if (!turn.isOurs) return 0
    const [last] = await scoped<{ position: number; link: Buffer }[]>`
      select position, link_hash as link from ledger_links order by position desc limit 1`
    const entries = await scoped<UnsealedEntry[]>`
      select e.id, e.hash, exists (select from ledger_links l where l.entry_id = e.id) as "isLinked"
      from ledger_unsealed u join ledger_entries e on e.id = u.entry_id order by e.id limit ${mostSealed}`
    if (entries.length === 0) return 0
    await appendLinks(scoped, tenantId, last ?? (await chainBefore(scoped, tenantId)), entries)
    return entries.length
  })
}

/** The point after which a chain without links continues: its checkpoint, or its start. */
async function chainBefore(sql: TenantSql, tenantId: number): Promise<{ position: number; link: Buffer }> {
  const [head] = await sql<{ position: number; link: Buffer }[]>`
    select position, link_hash as link from ledger_heads order by position desc limit 1`
  return head ?? { position: 0, link: chainStart(tenantId) }
}

async function appendLinks(
  sql: TenantSql,
  tenantId: number,
  after: { readonly position: number; readonly link: Buffer },
  entries: readonly UnsealedEntry[],
): Promise<void> {
  let { link } = after
  const linked = entries
    .filter(({ isLinked }) => !isLinked)
    .map(({ id, hash }, index) => {
      link = linkHash(link, after.position + 1 + index, hash)
      return { id, hash: hash.toString('hex'), link: link.toString('hex') }
    })
  await sql`
    with linked as (
      insert into ledger_links (tenant_id, position, entry_id, entry_hash, link_hash)
      select ${tenantId}, ${after.position} + one.place, one.id, decode(one.entry, 'hex'), decode(one.link, 'hex')
      from unnest(${linked.map(({ id }) => id)}::uuid[], ${linked.map(({ hash }) => hash)}::text[],
        ${linked.map((each) => each.link)}::text[]) with ordinality as one (id, entry, link, place)
    )
    delete from ledger_unsealed where entry_id = any(${entries.map(({ id }) => id)}::uuid[])`
}

interface SealingOptions {
  /** Time between two searches for unsealed entries, in milliseconds; default 250, so that an entry is sealed within a second. */
  readonly everyMs?: number
  /** Pause after a failure, such as an unreachable database, in milliseconds; default 5 seconds. */
  readonly pauseMs?: number
  readonly onError: (error: unknown) => void
}

/** Seals the entries of all tenants, until it is stopped. Several workers may run it at the same time. */
export function startSealing(
  sql: Sql,
  { everyMs = intervalMs, pauseMs = longPauseMs, onError }: SealingOptions,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let sealing: Promise<void> | undefined
  let pausedUntil = 0
  const timer = setInterval(() => {
    if (performance.now() < pausedUntil) return
    sealing ??= sealAll(sql, stopping.signal, onError)
      .catch((error: unknown) => {
        pausedUntil = performance.now() + pauseMs
        onError(error)
      })
      .finally(() => {
        sealing = undefined
      })
  }, everyMs)
  return {
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await sealing
    },
  }
}

async function sealAll(sql: Sql, stopping: AbortSignal, onError: SealingOptions['onError']): Promise<void> {
  const tenants = await sql<{ tenantId: number }[]>`select tenants_with_unsealed_entries() as "tenantId"`
  let sealed = 0
  const failures: unknown[] = []
  for (const { tenantId } of tenants) {
    if (stopping.aborted) return
    // Entries beyond the limit are sealed in the next round, after those of the other tenants. A tenant whose entries cannot be sealed does
    // not stop the other tenants. When all tenants fail, the database is unreachable.
    await sealEntries(sql, tenantId).then(
      () => sealed++,
      (error: unknown) => failures.push(error),
    )
  }
  if (sealed === 0 && failures.length > 0) throw failures[0]
  for (const failure of failures) onError(failure)
}

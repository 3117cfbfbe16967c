import type { Sql } from '@assay/store'
import { withDomainErrors } from '@assay/store'
import { headText } from './chain.ts'

const intervalMs = 1_000

/** Signs a text with the deployment's key for heads; see `LedgerKeys` of libs/auth. */
type SignHead = (text: string) => Promise<{ readonly keyId: string; readonly signature: Buffer }>

/** Signs the newest head of each tenant whose newest head has no signature yet. @returns the number of heads that were signed */
export async function signHeads(sql: Sql, sign: SignHead, at = new Date()): Promise<number> {
  const heads = await withDomainErrors(sql<{ tenantId: number; position: number; linkHash: Buffer }[]>`
    select tenant_id as "tenantId", position, link_hash as "linkHash" from unsigned_ledger_heads()`)
  for (const { tenantId, ...head } of heads) {
    const { keyId, signature } = await sign(headText(tenantId, head, at))
    await withDomainErrors(sql`
      select put_ledger_head(${tenantId}, ${head.position}, ${head.linkHash}, ${keyId}, ${signature}, ${at})`)
  }
  return heads.length
}

/** Signs heads every second until it is stopped. Several processes may run it at the same time: the first signature of a head is stored. */
export function startSigningHeads(
  sql: Sql,
  sign: SignHead,
  { everyMs = intervalMs, onError }: { readonly everyMs?: number; readonly onError: (error: unknown) => void },
): { stop(): Promise<void> } {
  let signing: Promise<unknown> | undefined
  const timer = setInterval(() => {
    signing ??= signHeads(sql, sign)
      .catch(onError)
      .finally(() => {
        signing = undefined
      })
  }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await signing
    },
  }
}

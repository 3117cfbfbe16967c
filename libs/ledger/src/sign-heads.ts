import type { Sql } from '@assay/store'
import { withDomainErrors } from '@assay/store'
import { headText } from './chain.ts'

const intervalMs = 1_000

/** Signs by the deployment's key for heads; see `LedgerKeys` of libs/auth. */
type SignHead = (text: string) => Promise<{ readonly keyId: string; readonly signature: Buffer }>

/** Signs the newest head of each tenant that has one that is not signed. @returns how many were signed */
export async function signHeads(sql: Sql, sign: SignHead): Promise<number> {
  const heads = await withDomainErrors(sql<{ tenantId: number; position: number; linkHash: Buffer }[]>`
    select tenant_id as "tenantId", position, link_hash as "linkHash" from unsigned_ledger_heads()`)
  for (const { tenantId, ...head } of heads) {
    const at = new Date()
    const { keyId, signature } = await sign(headText(tenantId, head, at))
    await withDomainErrors(sql`
      select put_ledger_head(${tenantId}, ${head.position}, ${head.linkHash}, ${keyId}, ${signature}, ${at})`)
  }
  return heads.length
}

/** Signs heads every second until it is stopped. Several processes do it without harm: the first signature stays. */
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

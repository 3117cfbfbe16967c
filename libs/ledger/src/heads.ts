import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { TenantSql } from '@assay/store'
import { type ChainHead, headText } from './chain.ts'

/** A head with a signature of the deployment. */
export interface SignedHead extends ChainHead {
  readonly keyId: string
  readonly signature: Buffer
  readonly signedAt: Date
  /** Whether the entries up to this head were removed on purpose. */
  readonly isCheckpoint: boolean
}

/** The newest signed head; undefined before there is one. */
export async function newestHead(sql: TenantSql): Promise<SignedHead | undefined> {
  const [head] = await signedHeads(sql, sql`true order by position desc limit 1`)
  return head
}

/** The head at which the chain begins after older entries were removed; undefined when none were removed. */
export async function checkpoint(sql: TenantSql): Promise<SignedHead | undefined> {
  const [head] = await signedHeads(sql, sql`is_checkpoint order by position desc limit 1`)
  return head
}

export function signedHeads(sql: TenantSql, condition: ReturnType<TenantSql>): PromiseLike<SignedHead[]> {
  return sql<SignedHead[]>`
    select position, link_hash as "linkHash", key_id as "keyId", signature, signed_at as "signedAt",
      is_checkpoint as "isCheckpoint"
    from ledger_heads where ${condition}`
}

/** Whether the key signed this head of the tenant. */
export function isSignedBy(publicKey: JsonWebKey, tenantId: number, head: Omit<SignedHead, 'isCheckpoint'>): boolean {
  const key = createPublicKey({ key: publicKey, format: 'jwk' })
  return verify(null, Buffer.from(headText(tenantId, head, head.signedAt)), key, head.signature)
}

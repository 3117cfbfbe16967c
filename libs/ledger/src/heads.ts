import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { TenantSql } from '@assay/store'
import { type ChainHead, headText } from './chain.ts'

/** A head that the deployment vouches for. */
export interface SignedHead extends ChainHead {
  readonly keyId: string
  readonly signature: Buffer
  readonly signedAt: Date
  /** Entries up to here were removed on purpose. */
  readonly isCheckpoint: boolean
}

/** The newest signed head; undefined before there is one. */
export async function newestHead(sql: TenantSql): Promise<SignedHead | undefined> {
  const [head] = await signedHeads(sql, sql`true order by position desc limit 1`)
  return head
}

/** The head that the chain begins at since entries before it were removed; undefined while none were. */
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

import { createHash, hkdfSync } from 'node:crypto'
import { inTenant, type Sql } from '@assay/store'
import { EncryptJWT, type JWTPayload, jwtDecrypt } from 'jose'
import type { EncryptionKeys } from '../key-encryption.ts'

/** How long a person may take on the issuer's page. */
export const pendingSeconds = 10 * 60
/**
 * Longer than a text is valid: the database's clock decides when a row is removed, and this process's clock when a text has
 * expired.
 */
const forgetSeconds = pendingSeconds + 5 * 60

/**
 * What a browser stores between the beginning and the end of a sign-in, in a cookie that only gateways can read or make. So
 * strangers cannot fill the database. (AES-256-GCM, as JWE, valid for ten minutes)
 */
export class PendingSignIns {
  readonly #sql: Sql
  readonly #first: Uint8Array
  readonly #second: Uint8Array | undefined

  constructor(sql: Sql, { encryptionKey, decryptionKey }: EncryptionKeys) {
    this.#sql = sql
    this.#first = keyOf(encryptionKey)
    this.#second = decryptionKey && keyOf(decryptionKey)
  }

  /** @param purpose `read` accepts the text only with the same purpose */
  async write(purpose: string, content: object): Promise<string> {
    return await new EncryptJWT({ content } as JWTPayload)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(purpose)
      .setIssuedAt()
      .setExpirationTime(`${pendingSeconds}s`)
      .encrypt(this.#first)
  }

  /** Undefined for a text that is not ours, is older than ten minutes or was made for another purpose. */
  async read<Content>(purpose: string, text: string): Promise<Content | undefined> {
    for (const key of [this.#first, this.#second]) {
      if (key === undefined) continue
      const opened = await jwtDecrypt<{ content: Content }>(text, key, {
        audience: purpose,
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        requiredClaims: ['exp'],
      }).catch(() => undefined)
      if (opened !== undefined) return opened.payload.content
    }
    return undefined
  }

  /** Returns true for the first end of a sign-in. If several come at once, exactly one gets true. */
  async useUp(tenantId: number, state: string): Promise<boolean> {
    const hash = createHash('sha256').update(state).digest()
    return await inTenant(this.#sql, tenantId, async (sql) => {
      await sql`delete from used_sign_ins where tenant_id = ${tenantId} and forget_at < now()`
      const { count } = await sql`
        insert into used_sign_ins (tenant_id, state_hash, forget_at)
        values (${tenantId}, ${hash}, now() + make_interval(secs => ${forgetSeconds})) on conflict do nothing`
      return count === 1
    })
  }
}

function keyOf(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'assay pending sign-ins', 32))
}

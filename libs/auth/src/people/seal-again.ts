import { inTenant, listTenants, type Sql } from '@assay/store'
import { secretName } from './issuers.ts'
import type { SealedText, SealedTexts } from './sealing.ts'
import { idTokenName, refreshName } from './sign-in-of-person.ts'

/** What was done with the texts that were sealed for gateways with an earlier key. */
interface SealedAgain {
  /** Tenants for which something was sealed again. */
  readonly tenants: readonly number[]
  readonly secrets: number
  readonly tokens: number
  /** Issuers whose secret neither key decrypts, so that it has to be entered again. */
  readonly unreadable: readonly { readonly tenant: string; readonly issuer: string }[]
}

/**
 * Decrypts with the second key of `sealed`, and seals with its first key: client secrets of issuers, and tokens of sessions.
 * Works as the owner of the database. If a gateway replaces a token meanwhile, the gateway's one stays. A token that neither
 * key decrypts stays, and its session ends when the issuer is asked next.
 */
export async function sealAgain(sql: Sql, sealed: SealedTexts): Promise<SealedAgain> {
  // From now on services seal with the first key too.
  await sealed.publish()
  const done = {
    tenants: [] as number[],
    secrets: 0,
    tokens: 0,
    unreadable: [] as { tenant: string; issuer: string }[],
  }
  for (const { tenantId, name: tenant } of await listTenants(sql)) {
    const secrets = await sealSecrets(sql, tenantId, sealed)
    const tokens = await sealTokens(sql, tenantId, sealed)
    done.secrets += secrets.count
    done.tokens += tokens
    done.unreadable.push(...secrets.unreadable.map((issuer) => ({ tenant, issuer })))
    if (secrets.count + tokens > 0) done.tenants.push(tenantId)
  }
  return done
}

async function sealSecrets(sql: Sql, tenantId: number, sealed: SealedTexts) {
  const issuers = await inTenant(
    sql,
    tenantId,
    (tenantSql) => tenantSql<{ id: string; issuer: string; secret: SealedText }[]>`
      select id, issuer, client_secret as secret from sign_in_issuers
      where tenant_id = ${tenantId} and client_secret is not null order by id`,
  )
  const unreadable: string[] = []
  let count = 0
  for (const { id, issuer, secret } of issuers) {
    const again = await sealed.sealAgain(secretName(id), secret)
    if (again === 'unreadable') unreadable.push(issuer)
    if (typeof again === 'string') continue
    count += await inTenant(sql, tenantId, async (tenantSql) => {
      const changed = await tenantSql`
        update sign_in_issuers set client_secret = ${JSON.stringify(again)}::text::jsonb
        where tenant_id = ${tenantId} and id = ${id} and client_secret = ${JSON.stringify(secret)}::text::jsonb`
      return changed.count
    })
  }
  return { count, unreadable }
}

async function sealTokens(sql: Sql, tenantId: number, sealed: SealedTexts): Promise<number> {
  const sessions = await inTenant(
    sql,
    tenantId,
    (tenantSql) => tenantSql<{ name: string; refresh: SealedText | null; id: SealedText | null }[]>`
      select name, refresh_token as refresh, id_token as id from console_sessions
      where tenant_id = ${tenantId} and (refresh_token is not null or id_token is not null) order by name`,
  )
  let count = 0
  for (const { name, refresh, id } of sessions) {
    for (const [column, text, under] of [
      ['refresh_token', refresh, refreshName(name)],
      ['id_token', id, idTokenName(name)],
    ] as const) {
      const again = text === null ? 'same' : await sealed.sealAgain(under, text)
      if (typeof again === 'string') continue
      count += await inTenant(sql, tenantId, async (tenantSql) => {
        const changed = await tenantSql`
          update console_sessions set ${tenantSql(column)} = ${JSON.stringify(again)}::text::jsonb
          where tenant_id = ${tenantId} and name = ${name} and ${tenantSql(column)} = ${JSON.stringify(text)}::text::jsonb`
        return changed.count
      })
    }
  }
  return count
}

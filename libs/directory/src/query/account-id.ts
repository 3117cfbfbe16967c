import { createHash } from 'node:crypto'
import type { Fragment, TenantSql } from '@assay/store'

/** The account that an id names. `login` is null for an account that is derived from access. */
interface AccountKey {
  readonly identityKey: number
  readonly applicationKey: number
  readonly login: string | null
}

/** Takes the place of the digits of a login in the id of an account that is derived from access. */
const noLogin = '0'.repeat(16)

/**
 * The id of an account: 32 hexadecimal digits that are the same after every import. They are the keys of identity and application
 * and the beginning of the hash of the login. Ids are ordered like the keys, and need no table to be made or read.
 */
export function accountIdOf({ identityKey, applicationKey, login }: AccountKey): string {
  const digits = login === null ? noLogin : createHash('sha256').update(login).digest('hex').slice(0, 16)
  return hex(identityKey) + hex(applicationKey) + digits
}

/** The keys that an account id contains; undefined for a text that is not an account id. */
export function keysOfAccountId(id: string): { identityKey: number; applicationKey: number } | undefined {
  const parts = /^([0-7][0-9a-f]{7})([0-7][0-9a-f]{7})[0-9a-f]{16}$/.exec(id)
  if (parts === null) return undefined
  const [, identity = '', application = ''] = parts
  return { identityKey: Number.parseInt(identity, 16), applicationKey: Number.parseInt(application, 16) }
}

/** The same id in SQL, for a row with `identity_key`, `application_key` and `login`. */
export function accountIdColumn(sql: TenantSql): Fragment {
  return sql`(lpad(to_hex(account.identity_key), 8, '0') || lpad(to_hex(account.application_key), 8, '0')
    || coalesce(left(encode(sha256(convert_to(account.login, 'UTF8')), 'hex'), 16), ${noLogin}::text))`
}

function hex(key: number): string {
  return key.toString(16).padStart(8, '0')
}

import { type Sql, type TenantSql, withDomainErrors } from '@assay/store'

/** The choices of a person who is not signed in. */
export interface SignInChoices {
  /** Undefined: no organisation was named or found, and not exactly one has issuers. */
  readonly organisation: string | undefined
  readonly issuers: readonly { readonly id: string; readonly displayName: string }[]
  /** Several organisations have issuers, so one has to be named. */
  readonly isNameNeeded: boolean
}

/** The choices for the named organisation; without a name, for the only one that has issuers. For gateways. */
export async function signInChoices(sql: Sql, named: string | undefined): Promise<SignInChoices> {
  const rows = await withDomainErrors(sql<{ tenant: string; id: string; displayName: string }[]>`
    select tenant, id, display_name as "displayName" from sign_in_choices(${named ?? null})`)
  const [first] = rows
  if (first !== undefined)
    return {
      organisation: first.tenant,
      issuers: rows.map(({ id, displayName }) => ({ id, displayName })),
      isNameNeeded: false,
    }
  const [row] = await withDomainErrors(sql<{ organisations: number }[]>`
    select sign_in_organisations() as organisations`)
  return { organisation: undefined, issuers: [], isNameNeeded: (row?.organisations ?? 0) > 1 }
}

/**
 * Ends the sessions of a person whom the issuer signed out.
 * @returns the number of sessions
 */
export async function endSessionsOfSubject(
  sql: TenantSql,
  tenantId: number,
  issuerId: string,
  subject: string,
): Promise<number> {
  const { count } = await sql`
    delete from console_sessions s using console_people p
    where s.tenant_id = ${tenantId} and p.tenant_id = s.tenant_id and p.id = s.person_id
      and p.issuer_id = ${issuerId} and p.subject = ${subject}`
  return count
}

import { type Sql, type TenantSql, withDomainErrors } from '@assay/store'

/** What somebody who is not signed in chooses from. */
export interface SignInChoices {
  /** Undefined: nobody was named, and there are none or several. */
  readonly organisation: string | undefined
  readonly issuers: readonly { readonly id: string; readonly displayName: string }[]
  /** Several organisations have issuers: one has to be named. */
  readonly isNameNeeded: boolean
}

/** Of the organisation of a name, or without a name of the only one that has issuers. For gateways. */
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

/** Ends the sessions of somebody whom the issuer signed out. @returns how many */
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

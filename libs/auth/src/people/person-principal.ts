import { createHash } from 'node:crypto'
import { type DomainError, permissionDenied } from '@assay/errors'
import { type Tenant, type TenantSql, uuidOf } from '@assay/store'
import type { Principal } from '../principal.ts'
import { hasRight, type Right, rights } from '../rights.ts'
import type { PersonRole } from '../roles.ts'
import { unitedAccess } from './access-of-person.ts'

/** Questions to the access data about a person who signs in; implemented by the app. */
export interface AccessData {
  /** The id of the identity that the value names; undefined if there is none, or several. */
  identityNamedBy(tenantId: number, by: 'id' | 'mail', value: string): Promise<string | undefined>
  /** A scope with exactly the people whom at least one of the scopes has; undefined if no scope can express that. */
  combineReaderScopes(tenantId: number, scopeIds: readonly string[]): Promise<string | undefined>
}

/** The dialect of people: Assay's own, which issues no tokens. */
const dialect = 'assay'

export function personId(tenantId: number, issuerId: string, subject: string): string {
  return `person-${uuidOf(
    createHash('sha256')
      .update(JSON.stringify([tenantId, issuerId, subject]))
      .digest(),
  )}`
}

interface KnownPerson {
  readonly id: string
  readonly subject: string
  readonly displayName: string
  readonly mail: string | null
  readonly identityId: string | null
  readonly isRevoked: boolean
  readonly issuer: string
  readonly given: readonly { readonly role: PersonRole; readonly readerScope: string | null }[]
}

/**
 * A person with the data of the issuer's last answer, and the access that is given now.
 * @throws permission_denied (NO_ACCESS, ACCESS_REVOKED) for a person without access, with a text for that person
 */
export async function personWithAccess(sql: TenantSql, tenantId: number, id: string): Promise<KnownPerson> {
  const [row] = await sql<KnownPerson[]>`
    select p.id, p.subject, p.display_name as "displayName", p.mail, p.identity_id as "identityId",
      p.revoked_at is not null as "isRevoked", i.issuer,
      coalesce((select jsonb_agg(jsonb_build_object('role', a.role, 'readerScope', a.reader_scope_id)) from access_of_people a
        where a.tenant_id = ${tenantId} and a.issuer_id = p.issuer_id
          and (a.kind = 'group' and a.value = any (p.groups) or a.kind = 'person' and a.value in (p.subject, p.mail))), '[]') as given
    from console_people p join sign_in_issuers i on i.tenant_id = p.tenant_id and i.id = p.issuer_id
    where p.tenant_id = ${tenantId} and p.id = ${id}`
  if (row === undefined || row.isRevoked) throw withoutAccess('ACCESS_REVOKED', 'Your access to Assay was taken back')
  if (row.given.length === 0) throw withoutAccess('NO_ACCESS', 'None of your groups has access to Assay')
  return row
}

/**
 * A person as a caller.
 * @throws permission_denied (SCOPES_DIFFER) if the scopes of the person cannot be combined, with a text for that person
 */
export async function principalOfPerson(
  accessData: Pick<AccessData, 'combineReaderScopes'>,
  { tenantId, name: tenant }: Tenant,
  person: KnownPerson,
): Promise<Principal> {
  const given = person.given.map(({ role, readerScope }) => ({ role, readerScope: readerScope ?? undefined }))
  const access = unitedAccess(given)
  if (access === undefined) throw withoutAccess('NO_ACCESS', 'None of your groups has access to Assay')
  const scopes = await scopesByRight(accessData, tenantId, access.scopes)
  const read = scopes.get('read')
  const others = rights.filter((right) => hasRight(access.role, right) && scopes.get(right) !== read)
  const { id, subject, displayName, issuer } = person
  return {
    tenantId,
    tenant,
    clientId: id,
    identityId: person.identityId ?? id,
    displayName,
    dialect,
    role: access.role,
    person: { issuer, subject, name: displayName },
    ...(read !== undefined && { readerScope: read }),
    ...(others.length > 0 && {
      readerScopes: Object.fromEntries(others.map((right) => [right, scopes.get(right) ?? null])),
    }),
  }
}

/** One scope for each right; undefined: the person sees everybody. */
async function scopesByRight(
  accessData: Pick<AccessData, 'combineReaderScopes'>,
  tenantId: number,
  wanted: ReadonlyMap<Right, readonly string[] | undefined>,
): Promise<ReadonlyMap<Right, string | undefined>> {
  const combined = new Map<string, string>()
  const scopes = new Map<Right, string | undefined>()
  for (const [right, ids] of wanted) {
    if (ids === undefined) {
      scopes.set(right, undefined)
      continue
    }
    const key = ids.join()
    const scope = combined.get(key) ?? (await accessData.combineReaderScopes(tenantId, ids))
    if (scope === undefined)
      throw withoutAccess(
        'SCOPES_DIFFER',
        'Your groups let you see some people in some applications and other people in others; such scopes cannot be combined',
      )
    combined.set(key, scope)
    scopes.set(right, scope)
  }
  return scopes
}

function withoutAccess(reason: string, message: string): DomainError {
  return permissionDenied(message, { reason })
}

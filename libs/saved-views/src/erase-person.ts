import type { ErasedPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Deletes views that name a person. An address without its person would show something else, so nothing of the view is kept. For the
 * owner of the schema.
 */
export async function eraseFromViews(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const views = await sql<{ id: string; name: string; address: string }[]>`
    select id, display_name as name, address from saved_views where tenant_id = ${tenantId}`
  const named = views.filter(({ name, address }) => isNamed(person, `${name}\n${decoded(address)}`))
  if (named.length === 0) return 0
  const ids = named.map(({ id }) => id)
  await sql`delete from saved_views where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`
  return ids.length
}

function isNamed({ id, names }: ErasedPerson, text: string): boolean {
  const lower = text.toLowerCase()
  if (names.some((name) => lower.includes(name.toLowerCase()))) return true
  // An id may be a mere number: it has to stand alone.
  return lower.split(/[^\p{L}\p{N}._@-]+/u).includes(id.toLowerCase())
}

/** As people read it; an address that is no proper encoding stays as it is. */
function decoded(address: string): string {
  try {
    return decodeURIComponent(address.replaceAll('+', ' '))
  } catch {
    return address
  }
}

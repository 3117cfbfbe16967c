import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { inTenant, type Sql } from '@assay/store'

/** A person of the tests, with the held entitlements as `application/entitlement`. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly user?: string
  readonly dept?: string
  readonly title?: string
  readonly manager?: string
  /** Custom attributes, for which Assay has no columns. */
  readonly custom?: Readonly<Record<string, string>>
  readonly projects?: readonly string[]
  readonly held?: readonly string[]
  readonly status?: 'disabled'
}

/**
 * Imports people with two applications, `crm` and `mail`. Some people are members of the access profile "Staff basics".
 * `memberships` says which entitlements give others.
 */
export async function importPeople(
  sql: Sql,
  tenant: number,
  persons: readonly Person[],
  inProfile: readonly string[] = [],
  memberships: readonly (readonly [holder: string, entitlement: string])[] = [],
): Promise<void> {
  const custom = [...new Set(persons.flatMap((person) => Object.keys(person.custom ?? {})))]
  const quoted = (cells: string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')
  const files = {
    'identities.csv': [
      ['id,display_name,username,department,job_title,manager_id,status', 'projects[|]', ...custom].join(','),
      ...persons.map((p) =>
        quoted([
          p.id,
          p.name,
          p.user ?? '',
          p.dept ?? '',
          p.title ?? '',
          p.manager ?? '',
          p.status ?? 'enabled',
          (p.projects ?? []).join('|'),
          ...custom.map((name) => p.custom?.[name] ?? ''),
        ]),
      ),
    ],
    'applications.csv': ['id,display_name', 'crm,Customer Base', 'mail,Mail'],
    'entitlements.csv': [
      'id,application_id,display_name,attribute,privileged',
      'read,crm,Reader,groups,false',
      'admin,crm,Admin of accounts,groups,true',
      'box,mail,Mailbox,,false',
      'all_staff,mail,All staff,list,false',
    ],
    'grants.csv': [
      'identity_id,application_id,entitlement_id',
      ...persons.flatMap((p) => (p.held ?? []).map((held) => `${p.id},${held.replace('/', ',')}`)),
    ],
    'memberships.csv': [
      'holder_application_id,holder_entitlement_id,application_id,entitlement_id',
      ...memberships.map((pair) => pair.map((name) => name.replace('/', ',')).join(',')),
    ],
  }
  const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
  for (const [name, lines] of Object.entries(files)) {
    await uploadImportFile(sql, tenant, id, name, bytes(lines.join('\n')))
  }
  await commitImport(sql, tenant, id)
  await inTenant(sql, tenant, async (scoped) => {
    await scoped`
      insert into access_profiles (tenant_id, id, display_name, created_by, name_order)
      values (${tenant}, '00000000-0000-4000-8000-000000000001', 'Staff basics', 'tester', 'staff basics')`
    await scoped`
      insert into access_profile_members (tenant_id, profile_id, identity_key)
      select ${tenant}, '00000000-0000-4000-8000-000000000001', key from identities
      where id = any(${[...inProfile]}::text[])`
  })
}

async function* bytes(content: string) {
  yield new TextEncoder().encode(content)
}

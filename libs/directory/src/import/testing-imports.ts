import { eachValue, readSnapshot } from '@assay/mining'
import type { Sql } from '@assay/store'
import { loadCurrentSnapshot } from '../snapshot/load-snapshot.ts'
import { type CommitOptions, commitImport } from './commit-import.ts'
import type { Import } from './import.ts'
import { createImport } from './imports.ts'
import { uploadImportFile } from './upload-file.ts'

export async function* bytesOf(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part
}

/** A small organisation that uses every file. */
export const smallSet: Record<string, string> = {
  'identities.csv': [
    'id,display_name,email,department,job_title,manager_id,status,type,cost_center',
    'u1,Ada Lovelace,ada@example.org,Engineering,Engineer,u3,,,CC 1',
    'u2,"Hopper, Grace",grace@example.org, Engineering ,Engineer,u3,enabled,human,CC 2',
    'u3,Élise Müller,elise@example.org,Engineering,Manager,,Enabled,human,',
    'u4,Old Hand,,Sales,,,disabled,human,CC 1',
    's1,backup,,,,,enabled,service,',
    '',
  ].join('\r\n'),
  'applications.csv': 'id,display_name\ngit,Git\ncrm,"CRM ""classic"""\n',
  'entitlements.csv': [
    'application_id,id,display_name,privileged,risk_level',
    'git,read,Read code,,low',
    'git,admin,Administer,true,high',
    'crm,read,Read customers,false,',
    'crm,export,Export,false,medium',
  ].join('\n'),
  'grants.csv': [
    'identity_id,application_id,entitlement_id,granted_at,last_used_at',
    'u2,git,read,2024-01-01,2025-03-02T10:00:00Z',
    'u1,git,read,2024-01-01T12:00:00+01:00,2025-03-01',
    'u1,crm,read,,',
    'u1,git,read,2024-01-01,2025-03-05',
    'u3,,export,,',
    's1,git,admin,,2025-01-01',
  ].join('\n'),
  'usage.csv': [
    'identity_id,application_id,day',
    'u1,git,2025-03-05',
    'u1,git,2025-03-04',
    'u1,git,2025-03-04',
    'u1,git,2024-12-05',
    'u1,git,2024-12-06',
    'u2,crm,2024-01-01',
  ].join('\n'),
  'access_profiles.csv':
    'id,display_name,common_access,cel_expression\np1,Basics,true,\np2,Dev,,"subject.department == ""Engineering"""\n',
  'access_profile_entitlements.csv':
    'access_profile_id,entitlement_id,application_id\np1,read,git\np1,export,\np2,admin,git\n',
}

/** Creates an import, uploads the files and commits it. */
export async function importFiles(
  sql: Sql,
  tenantId: number,
  files: Record<string, string | Uint8Array>,
  options: CommitOptions & { readonly skipInvalid?: boolean; readonly minesEffectiveAccess?: boolean } = {},
): Promise<Import> {
  const { skipInvalid = false, minesEffectiveAccess = false, ...commit } = options
  const { id } = await createImport(sql, tenantId, { createdBy: 'tester', skipInvalid, minesEffectiveAccess })
  for (const [name, content] of Object.entries(files)) await uploadImportFile(sql, tenantId, id, name, bytesOf(content))
  return commitImport(sql, tenantId, id, commit)
}

/** The snapshot in force by ids instead of ordinals: the entitlements and the attributes of each identity. */
export async function snapshotByIds(sql: Sql, tenantId: number) {
  const stored = await loadCurrentSnapshot(sql, tenantId)
  if (stored === undefined) return undefined
  const snapshot = readSnapshot(stored.buffer)
  const [identities, entitlements] = await sql.begin(async (scoped) => {
    await scoped`select set_config('assay.tenant_id', ${String(tenantId)}, true)`
    const identities = await scoped<{ key: number; id: string }[]>`select key, id from identities`
    const entitlements = await scoped<{ key: number; id: string }[]>`
      select e.key, a.id || '/' || e.id as id from entitlements e join applications a on a.key = e.application_key`
    return [identities, entitlements].map((rows) => new Map(rows.map(({ key, id }) => [key, id])))
  })
  const held: Record<string, string[]> = {}
  const attributes: Record<string, Record<string, string | string[]>> = {}
  for (let i = 0; i < snapshot.identityCount; i++) {
    const id = identities!.get(snapshot.identityKey[i]!) ?? '?'
    const row = snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1])
    held[id] = Array.from(row, (e) => entitlements!.get(snapshot.entitlementKey[e]!) ?? '?').toSorted()
    attributes[id] = {}
    for (const attribute of snapshot.attributes) {
      const own: string[] = []
      eachValue(attribute, i, (ordinal) => own.push(attribute.values[ordinal]!))
      if (own.length > 0) attributes[id][attribute.key] = attribute.lists === undefined ? own[0]! : own.sort()
    }
  }
  return { importId: stored.importId, snapshot, held, attributes }
}

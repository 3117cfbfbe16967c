import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { booleanValue, orNull, type PatchOperation, type PatchRules, patched, textValue } from '../json-patch.ts'
import { isRole, type PotentialRoleKey, roleNotFound } from './role-rows.ts'

interface Changeable {
  readonly name: string | null
  readonly description: string | null
  readonly saved: boolean
}

/** Contract section 8.2. */
const rules: PatchRules<Changeable> = {
  '/name': { operations: ['remove', 'replace'], removed: null, read: textValue(200) },
  '/description': { operations: ['remove', 'replace'], removed: null, read: orNull(textValue(2000)) },
  '/saved': { operations: ['remove', 'replace'], removed: false, read: booleanValue },
}

/**
 * Changes the name, the description, and whether a role is saved. A role without a name shows one made from its id.
 * @throws not_found; invalid_argument that names the wrong operation, and then nothing is changed
 */
export async function patchPotentialRole(
  sql: TenantSql,
  key: PotentialRoleKey,
  operations: readonly PatchOperation[],
): Promise<void> {
  const [role] = await sql<Changeable[]>`
    select name, description, saved from potential_roles role where ${isRole(sql, key)} for update`
  if (role === undefined) throw await roleNotFound(sql, key)
  const { name, description, saved } = patched({ ...role }, operations, rules)
  await sql`
    update potential_roles role set name = ${name}, description = ${description}, saved = ${saved}, modified_at = now()
    where ${isRole(sql, key)}`
  const after = { name, description, saved }
  await recordEntry(sql, { kind: 'role.update', subject: { type: 'role', id: key.id }, before: role, after })
}

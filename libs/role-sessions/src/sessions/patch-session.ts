import { invalidArgument, itemAt } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { isUuid, type TenantSql } from '@assay/store'
import {
  booleanValue,
  integerValue,
  orNull,
  type PatchOperation,
  type PatchRule,
  type PatchRules,
  patched,
  textValue,
} from '../json-patch.ts'
import { requestCalculation } from './create-session.ts'
import { mostIdentities, mostNameCharacters } from './session-limits.ts'
import { sessionNotFound } from './session-rows.ts'

interface Changeable {
  readonly pruneThreshold: number | null
  readonly minNumIdentitiesInPotentialRole: number
  readonly saved: boolean
  readonly name: string | null
}

const replaced = (read: PatchRule['read']): PatchRule => ({ operations: ['replace', 'add'], read })

/** Contract section 8.1. A null threshold goes back to the prescribed one, a null name to none. */
const rules: PatchRules<Changeable> = {
  '/pruneThreshold': replaced(orNull(integerValue(0, 100))),
  '/minNumIdentitiesInPotentialRole': replaced(integerValue(1, mostIdentities)),
  '/saved': replaced(booleanValue),
  '/name': replaced(orNull(textValue(mostNameCharacters))),
}

/** Setting these calculates anew, also to what they were: so does one who wants the access data of today. */
const needCalculation = { '/pruneThreshold': true, '/minNumIdentitiesInPotentialRole': true }

/**
 * Changes a session, and asks for another calculation where threshold or fewest identities are set: one that goes on is
 * overtaken by it.
 * @throws not_found; invalid_argument naming the operation at fault, and nothing is changed then
 */
export async function patchSession(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  id: string,
  operations: readonly PatchOperation[],
): Promise<void> {
  const [before] = isUuid(id)
    ? await sql<Changeable[]>`
        select prune_threshold as "pruneThreshold", min_identities as "minNumIdentitiesInPotentialRole", saved, name
        from mining_sessions where id = ${id} for update`
    : []
  if (before === undefined) throw sessionNotFound(id)
  const after = patched({ ...before }, operations, rules)
  refuseContradictions(operations)
  await sql`
    update mining_sessions set prune_threshold = ${after.pruneThreshold},
      min_identities = ${after.minNumIdentitiesInPotentialRole}, saved = ${after.saved}, name = ${after.name},
      modified_at = now()
    where id = ${id}`
  await recordEntry(sql, { kind: 'session.update', subject: { type: 'session', id }, before, after })
  if (!operations.some(({ path }) => path in needCalculation)) return
  await sql`
    update mining_sessions set calculation = calculation + 1, state = 'UPDATED', error_message = '', completed_at = null,
      potential_role_count = potential_roles_ready_count
    where id = ${id}`
  await requestCalculation(sql, jobs, tenantId, id)
}

/** No client can mean two values of one member, and none of SailPoint's examples does. */
function refuseContradictions(operations: readonly PatchOperation[]): void {
  for (const [index, { path, value }] of operations.entries()) {
    const earlier = operations.findIndex((other) => other.path === path)
    if (String(itemAt(operations, earlier).value) === String(value)) continue
    throw invalidArgument(`[${index}].value`, `contradicts [${earlier}], which sets ${path} to another value; give one`)
  }
}

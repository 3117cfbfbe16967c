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

/** Contract section 8.1. A null threshold means the prescribed one, a null name means no name. */
const rules: PatchRules<Changeable> = {
  '/pruneThreshold': replaced(orNull(integerValue(0, 100))),
  '/minNumIdentitiesInPotentialRole': replaced(integerValue(1, mostIdentities)),
  '/saved': replaced(booleanValue),
  '/name': replaced(orNull(textValue(mostNameCharacters))),
}

/**
 * Setting these members requests another calculation, also with unchanged values, for clients that want the access data of
 * today.
 */
const needCalculation = { '/pruneThreshold': true, '/minNumIdentitiesInPotentialRole': true }

/**
 * Changes a session. If the threshold or the minimum number of identities is set, queues another calculation, and a running one
 * ends without effect.
 * @throws not_found; invalid_argument that names the wrong operation, and then nothing is changed
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

/** Refuses two different values for one member, which must be a mistake. None of SailPoint's examples has them. */
function refuseContradictions(operations: readonly PatchOperation[]): void {
  for (const [index, { path, value }] of operations.entries()) {
    const earlier = operations.findIndex((other) => other.path === path)
    if (String(itemAt(operations, earlier).value) === String(value)) continue
    throw invalidArgument(`[${index}].value`, `contradicts [${earlier}], which sets ${path} to another value; give one`)
  }
}

import { invalidArgument } from '@assay/errors'
import { ordinalsOf } from '@assay/mining'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import type { CandidateEdits } from './candidate.ts'
import { keysOfReferences } from './entitlement-references.ts'
import { joined, without } from './ordinal-sets.ts'
import { keysOfPeople, membersOfRule, nobody } from './rule-members.ts'

const mostEdited = 1000
export const longestName = 256

/** Columns and rows of a snapshot, with the number of entitlements and people that no longer exist. */
export interface CandidateCells {
  readonly entitlements: Uint32Array
  readonly members: Uint32Array
  readonly goneEntitlements: number
  readonly goneIdentities: number
}

/**
 * Applies additions and then removals; a rule replaces the present people.
 * @param isKept for edits that were checked when they were saved: what was removed from the data since then has no effect
 * @throws invalid_argument with everything that does not exist, or is both added and removed
 */
export async function applyEdits(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  cells: CandidateCells,
  edits: CandidateEdits,
  field: string,
  isKept = false,
): Promise<CandidateCells> {
  const { snapshot } = loaded
  if ((edits.displayName?.length ?? 0) > longestName)
    throw invalidArgument(`${field}.display_name`, `has more than ${longestName} characters`)
  const checks = { least: 0, most: mostEdited, isKept }
  const entitlementsOf = async (
    name: 'added_entitlements' | 'removed_entitlements',
    of: typeof edits.addedEntitlements,
  ) => {
    const { keys } = await keysOfReferences(sql, of, `${field}.${name}`, checks)
    return ordinalsOf(snapshot.entitlementKey, keys).ordinals
  }
  const added = await entitlementsOf('added_entitlements', edits.addedEntitlements)
  const removed = await entitlementsOf('removed_entitlements', edits.removedEntitlements)
  if (!isKept && without(added, removed).length < added.length)
    throw invalidArgument(`${field}.removed_entitlements`, 'names an entitlement that is added as well; choose one')
  const people = await membersOfEdits(sql, loaded, edits, field, isKept)
  const replaced = edits.rule && (await membersOfRule(sql, loaded, edits.rule, `${field}.rule`, isKept))
  const members = replaced?.members ?? cells.members
  return {
    entitlements: without(joined(cells.entitlements, added), removed),
    members: without(joined(members, people.added), people.removed),
    goneEntitlements: cells.goneEntitlements,
    goneIdentities: replaced?.gone ?? cells.goneIdentities,
  }
}

async function membersOfEdits(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  { addedIdentityIds, removedIdentityIds }: CandidateEdits,
  field: string,
  isKept: boolean,
) {
  const peopleOf = async (name: string, ids: readonly string[]) => {
    if (ids.length > mostEdited)
      throw invalidArgument(`${field}.${name}`, `names ${ids.length} people; at most ${mostEdited} are supported`)
    const { keys, unknown } = await keysOfPeople(sql, ids)
    if (unknown.length > 0 && !isKept) throw nobody(`${field}.${name}`, unknown)
    return ordinalsOf(snapshot.identityKey, keys).ordinals
  }
  const added = await peopleOf('added_identity_ids', addedIdentityIds)
  const removed = await peopleOf('removed_identity_ids', removedIdentityIds)
  if (!isKept && without(added, removed).length < added.length)
    throw invalidArgument(`${field}.removed_identity_ids`, 'names a person who is added as well; choose one')
  return { added, removed }
}

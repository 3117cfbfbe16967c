import { DomainError, itemAt, notFound } from '@assay/errors'
import { identityStatuses, ordinalsOf } from '@assay/mining'
import type { LoadedSnapshot } from '@assay/role-mining'
import { isUuid, type TenantSql } from '@assay/store'
import { applyEdits, type CandidateCells } from '../apply-edits.ts'
import type { CandidateReference, ResolvedCandidate, SourceContent } from '../candidate.ts'
import { keysOfReferences } from '../entitlement-references.ts'
import { joined, shared, without } from '../ordinal-sets.ts'
import { membersOfRule } from '../rule-members.ts'
import type { Combination, DraftDefinition, DraftPart } from './draft-definition.ts'

/** Resolves a source of a draft; its parts were checked when it was saved. */
type ResolveKept = (reference: CandidateReference) => Promise<ResolvedCandidate>

interface DraftRow {
  readonly displayName: string
  readonly definition: DraftDefinition
  readonly entitlementKeys: number[]
  readonly identityKeys: number[]
  readonly importId: number
  readonly revision: number
  readonly createdBy: string
  readonly updatedAt: Date
}

/**
 * The content of a draft on these data: its present sources, combined, with the edits. When a source does not exist any more, it is the
 * content of the last save, with the import of that time.
 * @throws not_found when no draft has the id, or when the text is no UUID
 */
export async function draftContent(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  id: string,
  resolve: ResolveKept,
): Promise<SourceContent> {
  const [row] = isUuid(id)
    ? await sql<DraftRow[]>`
        select display_name as "displayName", definition, entitlement_keys as "entitlementKeys",
          identity_keys as "identityKeys", import_id as "importId", revision, created_by as "createdBy",
          updated_at as "updatedAt"
        from candidate_drafts where id = ${id}`
    : []
  if (row === undefined) throw notFound('draft', id)
  const sources = await resolvedSources(row.definition, resolve)
  const provenance = {
    kind: 'draft' as const,
    id,
    createdBy: row.createdBy,
    foundBy: '',
    updatedAt: row.updatedAt,
    ownProfileIds: [...new Set(sources?.flatMap((one) => one.provenance.ownProfileIds))].sort(),
  }
  const saved = { name: row.displayName, provenance, says: row.revision }
  if (sources === undefined) {
    return {
      ...saved,
      entitlementKeys: row.entitlementKeys,
      members: { keys: row.identityKeys },
      sourceImportId: String(row.importId),
    }
  }
  const cells = await cellsOfDefinition(sql, loaded, row.definition, sources, 'draft', true)
  return {
    ...saved,
    entitlementKeys: Array.from(cells.entitlements, (ordinal) => itemAt(loaded.snapshot.entitlementKey, ordinal)),
    members: { ordinals: cells.members },
    sourceImportId: sources.find(({ stale }) => stale)?.sourceImportId,
    stale: sources.some(({ stale }) => stale),
    goneEntitlements: cells.goneEntitlements,
    goneIdentities: cells.goneIdentities,
  }
}

/** The sources on the data in force; undefined when one of them does not exist any more. */
export async function resolvedSources(
  { sources }: DraftDefinition,
  resolve: ResolveKept,
): Promise<ResolvedCandidate[] | undefined> {
  const resolved: ResolvedCandidate[] = []
  try {
    for (const source of sources) resolved.push(await resolve(source))
  } catch (error) {
    if (error instanceof DomainError && (error.kind === 'not_found' || error.kind === 'failed_precondition'))
      return undefined
    throw error
  }
  return resolved
}

/**
 * Combines resolved sources, takes a part of the result, and applies the edits.
 * @param field where the definition is in the caller's request
 * @param isKept for a definition that was checked when it was saved
 */
export async function cellsOfDefinition(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  definition: DraftDefinition,
  sources: readonly ResolvedCandidate[],
  field: string,
  isKept: boolean,
): Promise<CandidateCells> {
  const whole: CandidateCells = {
    entitlements: combined(sources, ({ entitlements }) => entitlements, definition.entitlements),
    members: combined(sources, ({ members }) => members, definition.people),
    goneEntitlements: sources.reduce((sum, { goneEntitlements }) => sum + goneEntitlements, 0),
    goneIdentities: sources.reduce((sum, { goneIdentities }) => sum + goneIdentities, 0),
  }
  const { part, edits } = definition
  const cells = part === undefined ? whole : await partOf(sql, loaded, whole, part, field, isKept)
  if (edits === undefined) return cells
  const edited = await applyEdits(sql, loaded, cells, edits, `${field}.edits`, isKept)
  const { identityStatus } = loaded.snapshot
  return {
    ...edited,
    members: edited.members.filter((member) => identityStatus[member] !== identityStatuses.deleted),
  }
}

function combined(
  sources: readonly ResolvedCandidate[],
  of: (source: ResolvedCandidate) => Uint32Array,
  how: Combination,
): Uint32Array {
  return sources.map(of).reduce(how === 'union' ? joined : shared)
}

async function partOf(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  whole: CandidateCells,
  part: DraftPart,
  field: string,
  isKept: boolean,
): Promise<CandidateCells> {
  const take = part.side === 'named' ? shared : without
  if (part.by === 'people') {
    const { members } = await membersOfRule(sql, loaded, part.rule, `${field}.rule`, isKept)
    return { ...whole, members: take(whole.members, members) }
  }
  const { keys } = await keysOfReferences(sql, part.entitlements, `${field}.entitlements`, {
    least: 1,
    most: 1000,
    isKept,
  })
  const named = ordinalsOf(loaded.snapshot.entitlementKey, keys).ordinals
  return { ...whole, entitlements: take(whole.entitlements, named) }
}

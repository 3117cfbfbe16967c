import { createHash } from 'node:crypto'
import { aborted, invalidArgument } from '@assay/errors'
import { identityStatuses, ordinalsOf, type Snapshot } from '@assay/mining'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { applyEdits, type CandidateCells, longestName } from './apply-edits.ts'
import type { CandidateReference, CandidateSource, ResolvedCandidate, SourceContent } from './candidate.ts'
import { contentEtag } from './content-etag.ts'
import { draftContent } from './drafts/draft-content.ts'
import { keysOfReferences } from './entitlement-references.ts'
import { membersOfRule } from './rule-members.ts'
import {
  modelRole,
  potentialRole,
  profileSource,
  selectionContent,
  suggestionContent,
} from './sources/source-contents.ts'

const mostEntitlements = 10_000

interface ResolveOptions {
  /** Where the candidate is in the caller's request. */
  readonly field?: string | undefined
  /** For a reference that was checked when it was saved: what was removed from the data since then is counted and is no error. */
  readonly isKept?: boolean | undefined
}

/**
 * Resolves a candidate to columns and rows of a snapshot. It is the one place that knows all kinds of candidates. It runs in the caller's
 * transaction, which does not see anything outside a bounded reader's scope, with the snapshot of that reader.
 * @throws not_found for an id that does not exist, or whose candidate the reader may not see; invalid_argument for references to what does
 * not exist, and for an empty rule; aborted when the etag is not the present one; failed_precondition for an analysis or a model that has
 * not completed; RuleNotEvaluated, see `withCandidates`
 */
export async function resolveCandidate(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  reference: CandidateReference,
  { field = 'candidate', isKept = false }: ResolveOptions = {},
): Promise<ResolvedCandidate> {
  const { source, edits } = reference
  const content = await contentOf(sql, loaded, source, field, isKept)
  const etag = contentEtag(source.kind, content.provenance.id, content.says)
  requireEtag(reference, content, etag)
  const cells = cellsOf(loaded.snapshot, content)
  const edited = edits === undefined ? cells : await applyEdits(sql, loaded, cells, edits, `${field}.edits`, isKept)
  const isOfOthers = content.sourceImportId !== undefined && content.sourceImportId !== loaded.importId
  return {
    ...edited,
    reference,
    name: edits?.displayName || content.name,
    provenance: content.provenance,
    etag,
    version: versionOf(loaded, etag, edited, content.provenance.ownProfileIds),
    importId: loaded.importId,
    sourceImportId: content.sourceImportId,
    stale: content.stale ?? isOfOthers,
  }
}

const nouns: Readonly<Record<CandidateSource['kind'], string>> = {
  suggestion: 'suggestion',
  potential_role: 'potential role',
  selection: 'selection of custom analysis',
  model_role: 'role of a role model',
  profile: 'access profile',
  ad_hoc: 'candidate',
  draft: 'draft',
}

async function contentOf(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  source: CandidateSource,
  field: string,
  isKept: boolean,
): Promise<SourceContent> {
  switch (source.kind) {
    case 'suggestion':
      return suggestionContent(sql, loaded, source)
    case 'potential_role':
      return potentialRole(sql, source)
    case 'selection':
      return selectionContent(sql, loaded, source, `${field}.selection`)
    case 'model_role':
      return modelRole(sql, source)
    case 'profile':
      return profileSource(sql, source)
    case 'ad_hoc':
      return adHocContent(sql, loaded, source, `${field}.ad_hoc`, isKept)
    case 'draft':
      return draftContent(sql, loaded, source.id, (kept) => resolveCandidate(sql, loaded, kept, { isKept: true }))
  }
}

async function adHocContent(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  { displayName, entitlements, rule }: Extract<CandidateSource, { kind: 'ad_hoc' }>,
  field: string,
  isKept: boolean,
): Promise<SourceContent> {
  if (displayName.length > longestName)
    throw invalidArgument(`${field}.display_name`, `has more than ${longestName} characters`)
  const checks = { least: 1, most: mostEntitlements, isKept }
  const { keys, gone } = await keysOfReferences(sql, entitlements, `${field}.entitlements`, checks)
  const { members, gone: goneIdentities } = await membersOfRule(sql, loaded, rule, `${field}.rule`, isKept)
  return {
    name: displayName || 'Candidate',
    provenance: { kind: 'ad_hoc', id: '', createdBy: '', foundBy: '', updatedAt: undefined, ownProfileIds: [] },
    entitlementKeys: keys,
    members: { ordinals: members },
    says: [displayName, entitlements, rule],
    goneEntitlements: gone,
    goneIdentities,
  }
}

function cellsOf(snapshot: Snapshot, content: SourceContent): CandidateCells {
  const entitlements = ordinalsOf(snapshot.entitlementKey, content.entitlementKeys)
  const members =
    'keys' in content.members
      ? ordinalsOf(snapshot.identityKey, content.members.keys)
      : { ordinals: content.members.ordinals, gone: 0 }
  const present = members.ordinals.filter((one) => snapshot.identityStatus[one] !== identityStatuses.deleted)
  return {
    entitlements: entitlements.ordinals,
    members: present,
    goneEntitlements: entitlements.gone + (content.goneEntitlements ?? 0),
    goneIdentities: members.gone + members.ordinals.length - present.length + (content.goneIdentities ?? 0),
  }
}

function requireEtag({ etag: expected }: CandidateReference, { provenance }: SourceContent, etag: string): void {
  if (expected === undefined || expected === etag) return
  const { kind, id } = provenance
  throw aborted(
    `${nouns[kind]} "${id}" has etag ${etag}, not ${expected}: it was changed since you read it. Read it again, check the changes, and use its new etag`,
    { reason: 'ETAG_MISMATCH', metadata: { kind, id, etag } },
  )
}

function versionOf(
  { version }: LoadedSnapshot,
  etag: string,
  { entitlements, members }: CandidateCells,
  ownProfileIds: readonly string[],
): string {
  const hash = createHash('sha256').update(JSON.stringify([version, etag, ownProfileIds]))
  for (const { buffer, byteOffset, byteLength } of [entitlements, members])
    hash.update(`/${byteLength}/`).update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('base64url').slice(0, 22)
}

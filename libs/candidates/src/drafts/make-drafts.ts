import type { EntitlementReference } from '@assay/directory'
import { failedPrecondition, invalidArgument, itemAt } from '@assay/errors'
import { applyEdits, type CandidateCells, longestName } from '../apply-edits.ts'
import type { CandidateEdits, CandidateReference, CandidateRule, ResolvedCandidate } from '../candidate.ts'
import type { CandidateData } from '../candidates.ts'
import { cellsOfDefinition, resolvedSources } from './draft-content.ts'
import type { Combination, DraftDefinition } from './draft-definition.ts'
import {
  type Draft,
  type DraftStepKind,
  draftOfRequest,
  getDraft,
  insertDraft,
  mostLeaves,
  requireDraftEtag,
  requireName,
  type SavedContent,
  saveEdits,
} from './drafts.ts'

/** The tenant, and the client or person who makes a draft. */
interface DraftMaker {
  readonly tenantId: number
  readonly madeBy: string
}

interface NewDraft {
  /** Empty for `defaultName`. */
  readonly displayName: string
  readonly defaultName: string
  readonly requestId: string
  readonly kind: DraftStepKind
  readonly definition: DraftDefinition
  /** Parallel to the definition's sources. */
  readonly sources: readonly ResolvedCandidate[]
}

/**
 * Stores a candidate as a draft; its edits become those of the draft.
 * @throws what `resolveCandidate` throws; invalid_argument for a draft without entitlements or people
 */
export async function createDraft(
  data: CandidateData,
  maker: DraftMaker,
  { source, edits, etag }: CandidateReference,
  { displayName, requestId }: { readonly displayName: string; readonly requestId: string },
): Promise<Draft> {
  const earlier = await draftOfRequest(data.sql, requestId)
  if (earlier !== undefined) return earlier
  const resolved = await data.resolve({ source, etag })
  const definition: DraftDefinition = {
    sources: [{ source }],
    people: 'union',
    entitlements: 'union',
    ...(edits && { edits }),
  }
  const defaultName = edits?.displayName || resolved.name
  return make(
    data,
    maker,
    { displayName, defaultName, requestId, kind: 'created', definition, sources: [resolved] },
    'candidate',
  )
}

interface MergeRequest {
  readonly people: Combination
  readonly entitlements: Combination
  readonly displayName: string
  readonly requestId: string
}

const mostMerged = 10

/** @throws as createDraft; invalid_argument for fewer than 2 or more than 10 candidates, and for a candidate that is named twice */
export async function mergeCandidates(
  data: CandidateData,
  maker: DraftMaker,
  references: readonly CandidateReference[],
  { people, entitlements, displayName, requestId }: MergeRequest,
): Promise<Draft> {
  if (references.length < 2 || references.length > mostMerged)
    throw invalidArgument('candidates', `must be 2 to ${mostMerged}, not ${references.length}`)
  const earlier = await draftOfRequest(data.sql, requestId)
  if (earlier !== undefined) return earlier
  const kept = references.map(({ source, edits }) => ({ source, ...(edits && { edits }) }))
  const sources: ResolvedCandidate[] = []
  for (const [place, reference] of references.entries())
    sources.push(await data.resolve(reference, `candidates[${place}]`))
  requireDifferent(kept, sources)
  const definition: DraftDefinition = { sources: kept, people, entitlements }
  const defaultName = clippedName(sources.map(({ name }) => name).join(' + '))
  return make(data, maker, { displayName, defaultName, requestId, kind: 'merged', definition, sources }, 'candidates')
}

/** A source with an id is identified by it, whatever its edits are; a source without an id is identified by its whole content. */
function requireDifferent(references: readonly CandidateReference[], sources: readonly ResolvedCandidate[]): void {
  const seen = new Map<string, number>()
  for (const [place, { provenance }] of sources.entries()) {
    const { source, edits } = itemAt(references, place)
    const isKeptThing = provenance.kind !== 'ad_hoc' && provenance.kind !== 'selection'
    const identity = JSON.stringify(isKeptThing ? [provenance.kind, provenance.id] : [source, edits])
    const first = seen.get(identity)
    if (first !== undefined)
      throw invalidArgument(
        `candidates[${place}]`,
        `is the same as candidates[${first}]; a candidate cannot be merged with itself`,
      )
    seen.set(identity, place)
  }
}

/** The content of the first part; the second part has the rest. */
export type SplitBy =
  | { readonly by: 'entitlements'; readonly entitlements: readonly EntitlementReference[] }
  | { readonly by: 'people'; readonly rule: CandidateRule }

/** @throws as createDraft; invalid_argument when a part would be empty */
export async function splitCandidate(
  data: CandidateData,
  maker: DraftMaker,
  { source, edits, etag }: CandidateReference,
  by: SplitBy,
  names: readonly [first: string, second: string],
): Promise<readonly [first: Draft, second: Draft]> {
  const resolved = await data.resolve({ source, edits, etag })
  const sides = ['named', 'others'] as const
  const parts: Draft[] = []
  for (const [place, side] of sides.entries()) {
    const definition: DraftDefinition = {
      sources: [{ source, ...(edits && { edits }) }],
      people: 'union',
      entitlements: 'union',
      part: { ...by, side },
    }
    const request = {
      displayName: itemAt(names, place),
      defaultName: clippedName(`${resolved.name} (${place + 1} of 2)`),
      requestId: '',
      kind: 'split' as const,
      definition,
      sources: [resolved],
    }
    parts.push(await make(data, maker, request, by.by === 'people' ? 'people' : 'entitlements'))
  }
  return [itemAt(parts, 0), itemAt(parts, 1)]
}

/**
 * Replaces the edits of a draft.
 * @throws not_found; aborted when it was changed since the etag was read; as createDraft
 */
export async function updateDraft(
  data: CandidateData,
  maker: DraftMaker,
  id: string,
  edits: CandidateEdits | undefined,
  etag: string,
): Promise<Draft> {
  if (etag === '') throw invalidArgument('etag', 'is required: use the one that you read with the draft')
  const draft = await getDraft(data.sql, id, true)
  requireDraftEtag(draft, etag)
  const { edits: _, ...rest } = draft.definition
  const sources = await resolvedSources(rest, data.resolveKept)
  if (sources === undefined)
    throw failedPrecondition(
      `draft "${draft.id}" was made from a candidate that does not exist any more, so its edits cannot be replaced; make a draft of this draft, with edits`,
    )
  // Content that was saved before is not checked again; new content is.
  const base = await cellsOfDefinition(data.sql, data.loaded, rest, sources, 'draft', true)
  const cells = edits === undefined ? base : await applyEdits(data.sql, data.loaded, base, edits, 'edits')
  requireCells(cells, 'edits')
  return saveEdits(data.sql, maker.tenantId, maker.madeBy, draft, edits, savedContent(data, cells))
}

async function make(
  data: CandidateData,
  { tenantId, madeBy }: DraftMaker,
  { displayName, defaultName, requestId, kind, definition, sources }: NewDraft,
  field: string,
): Promise<Draft> {
  requireName(displayName, 'display_name')
  const cells = await cellsOfDefinition(data.sql, data.loaded, definition, sources, field, false)
  requireCells(cells, field)
  const leafCount = await leavesOf(data, sources)
  if (leafCount > mostLeaves)
    throw invalidArgument(field, `is made of ${leafCount} candidates in total; at most ${mostLeaves} are supported`)
  const saved = savedContent(data, cells)
  const detail = {
    sources: sources.map(({ name, provenance, sourceImportId }) => ({
      kind: provenance.kind,
      id: provenance.id,
      displayName: name,
      foundBy: provenance.foundBy,
      sourceImportId: sourceImportId ?? '',
    })),
    entitlementCount: cells.entitlements.length,
    identityCount: cells.members.length,
    ...(definition.edits && { edits: definition.edits }),
  }
  const draft = { displayName: displayName || defaultName, definition, leafCount, requestId }
  return insertDraft(data.sql, tenantId, madeBy, draft, saved, { kind, detail })
}

async function leavesOf({ sql }: CandidateData, sources: readonly ResolvedCandidate[]): Promise<number> {
  let leaves = 0
  for (const { reference } of sources)
    leaves += reference.source.kind === 'draft' ? (await getDraft(sql, reference.source.id)).leafCount : 1
  return leaves
}

function savedContent({ loaded }: CandidateData, { entitlements, members }: CandidateCells): SavedContent {
  const { entitlementKey, identityKey } = loaded.snapshot
  return {
    entitlementKeys: Array.from(entitlements, (ordinal) => itemAt(entitlementKey, ordinal)),
    identityKeys: Array.from(members, (ordinal) => itemAt(identityKey, ordinal)),
    importId: loaded.importId,
  }
}

function requireCells({ entitlements, members }: CandidateCells, field: string): void {
  if (entitlements.length === 0) throw invalidArgument(field, 'would make a draft without entitlements')
  if (members.length === 0) throw invalidArgument(field, 'would make a draft without people')
}

function clippedName(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName - 3).toWellFormed()}...`
}

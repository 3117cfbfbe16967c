import { randomUUID } from 'node:crypto'
import { aborted, invalidArgument, notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { asJson, isUuid, onlyRow, type TenantSql } from '@assay/store'
import { longestName } from '../apply-edits.ts'
import type { CandidateEdits, CandidateSource } from '../candidate.ts'
import { contentEtag } from '../content-etag.ts'
import type { DraftDefinition } from './draft-definition.ts'

export type DraftStepKind = 'created' | 'merged' | 'split' | 'edited'

/** A candidate from which a draft was made, as it was at that time. */
interface DraftSource {
  readonly kind: CandidateSource['kind']
  readonly id: string
  readonly displayName: string
  readonly foundBy: string
  readonly sourceImportId: string
}

/** The sources or the edits of a step. */
interface DraftStepDetail {
  /** Empty for an edit. */
  readonly sources: readonly DraftSource[]
  readonly entitlementCount: number
  readonly identityCount: number
  readonly edits?: CandidateEdits | undefined
}

export interface DraftStep extends DraftStepDetail {
  readonly kind: DraftStepKind
  readonly madeBy: string
  readonly madeAt: Date
  readonly importId: string
}

/** A draft without its computed content. */
export interface Draft {
  readonly id: string
  readonly displayName: string
  readonly definition: DraftDefinition
  readonly leafCount: number
  readonly revision: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedBy: string
  readonly updatedAt: Date
}

/** The content of a draft when it was saved, by keys of the directory. */
export interface SavedContent {
  readonly entitlementKeys: readonly number[]
  readonly identityKeys: readonly number[]
  readonly importId: string
}

/** At most this number of candidates is resolved for one draft. */
export const mostLeaves = 64
const longestRequestId = 64

/** @throws not_found when no draft has the id, or when the text is no UUID */
export async function getDraft(sql: TenantSql, id: string, lock = false): Promise<Draft> {
  const [draft] = isUuid(id)
    ? await sql<Draft[]>`
        select ${columns(sql)} from candidate_drafts where id = ${id} ${lock ? sql`for update` : sql``}`
    : []
  if (draft === undefined) throw notFound('draft', id)
  return draft
}

/** The draft that an earlier call with the request id made; undefined without one. */
export async function draftOfRequest(sql: TenantSql, requestId: string): Promise<Draft | undefined> {
  if (requestId.length > longestRequestId)
    throw invalidArgument('request_id', `has more than ${longestRequestId} characters`)
  if (requestId === '') return undefined
  const [draft] = await sql<Draft[]>`select ${columns(sql)} from candidate_drafts where request_id = ${requestId}`
  return draft
}

/** The position at which a page ends: the time with all its digits, and the id. */
export type DraftPosition = readonly [updatedAt: string, id: string]

/** Sorted by the last change, newest first. */
export async function listDrafts(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: DraftPosition | undefined },
): Promise<{ drafts: Draft[]; last: DraftPosition | undefined }> {
  const { after } = page
  const rows = await sql<(Draft & { position: string })[]>`
    select ${columns(sql)}, updated_at::text as position from candidate_drafts
    ${after === undefined ? sql`` : sql`where (updated_at, id) < (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by updated_at desc, id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { drafts: shown.map(({ position: _, ...draft }) => draft), last: end && [end.position, end.id] }
}

/** The steps of a draft, oldest first. */
export async function stepsOf(sql: TenantSql, draftId: string): Promise<DraftStep[]> {
  const rows = await sql<(Omit<DraftStep, keyof DraftStepDetail> & { detail: DraftStepDetail })[]>`
    select kind, made_by as "madeBy", made_at as "madeAt", import_id::text as "importId", detail
    from candidate_draft_steps where draft_id = ${draftId} order by number`
  return rows.map(({ detail, ...step }) => ({ ...step, ...detail }))
}

/** Stores a draft with its first step. */
export async function insertDraft(
  sql: TenantSql,
  tenantId: number,
  madeBy: string,
  draft: Pick<Draft, 'displayName' | 'definition' | 'leafCount'> & { readonly requestId: string },
  { entitlementKeys, identityKeys, importId }: SavedContent,
  step: { readonly kind: DraftStepKind; readonly detail: DraftStepDetail },
): Promise<Draft> {
  const [made] = await sql<Draft[]>`
    insert into candidate_drafts (tenant_id, id, display_name, definition, leaf_count, entitlement_keys, identity_keys,
      import_id, request_id, created_by, updated_by)
    values (${tenantId}, ${randomUUID()}, ${draft.displayName}, ${asJson(sql, draft.definition)}, ${draft.leafCount},
      ${[...entitlementKeys]}::integer[], ${[...identityKeys]}::integer[], ${importId}, ${draft.requestId || null}, ${madeBy},
      ${madeBy})
    on conflict (tenant_id, request_id) where request_id is not null do nothing
    returning ${columns(sql)}`
  if (made === undefined) {
    // Another call with the same request id was faster.
    const other = await draftOfRequest(sql, draft.requestId)
    if (other === undefined) throw aborted('the draft of this request id is being deleted; try again')
    return other
  }
  await insertStep(sql, tenantId, made.id, 1, madeBy, importId, step)
  await recordEntry(sql, {
    kind: `draft.${verbs[step.kind]}`,
    subject: { type: 'draft', id: made.id },
    after: { displayName: made.displayName, sources: step.detail.sources, ...recorded(step.detail) },
    people: peopleOf(step.detail.edits),
    load: Number(importId),
    version: draftEtag(made),
  })
  return made
}

/** Replaces the edits and raises the revision. The caller has locked the draft. */
export async function saveEdits(
  sql: TenantSql,
  tenantId: number,
  madeBy: string,
  { id, definition, displayName }: Draft,
  edits: CandidateEdits | undefined,
  { entitlementKeys, identityKeys, importId }: SavedContent,
): Promise<Draft> {
  const { edits: _, ...rest } = definition
  const changed: DraftDefinition = edits === undefined ? rest : { ...rest, edits }
  const saved = onlyRow(
    await sql<Draft[]>`
    update candidate_drafts set definition = ${asJson(sql, changed)},
      display_name = ${edits?.displayName || displayName}, entitlement_keys = ${[...entitlementKeys]}::integer[],
      identity_keys = ${[...identityKeys]}::integer[], import_id = ${importId}, revision = revision + 1,
      updated_by = ${madeBy}, updated_at = now()
    where id = ${id} returning ${columns(sql)}`,
  )
  const detail = { sources: [], entitlementCount: entitlementKeys.length, identityCount: identityKeys.length, edits }
  await insertStep(sql, tenantId, id, saved.revision, madeBy, importId, { kind: 'edited', detail })
  await recordEntry(sql, {
    kind: 'draft.edit',
    subject: { type: 'draft', id },
    before: { displayName, ...(definition.edits && { edits: withoutPeople(definition.edits) }) },
    after: { displayName: saved.displayName, ...recorded(detail) },
    people: peopleOf(edits),
    load: Number(importId),
    version: draftEtag(saved),
  })
  return saved
}

const verbs: Readonly<Record<DraftStepKind, string>> = {
  created: 'create',
  merged: 'merge',
  split: 'split',
  edited: 'edit',
}

function recorded({ entitlementCount, identityCount, edits }: DraftStepDetail) {
  return { entitlementCount, identityCount, ...(edits && { edits: withoutPeople(edits) }) }
}

/** The ledger stores people separately, where they can be erased. */
function withoutPeople({ displayName, addedEntitlements, removedEntitlements, rule }: CandidateEdits) {
  return {
    addedEntitlements,
    removedEntitlements,
    ...(displayName !== undefined && { displayName }),
    ...(rule && rule.kind !== 'identities' && { rule }),
  }
}

function peopleOf(edits: CandidateEdits | undefined): string[] {
  if (edits === undefined) return []
  const listed = edits.rule?.kind === 'identities' ? edits.rule.identityIds : []
  return [...new Set([...edits.addedIdentityIds, ...edits.removedIdentityIds, ...listed])]
}

async function insertStep(
  sql: TenantSql,
  tenantId: number,
  draftId: string,
  number: number,
  madeBy: string,
  importId: string,
  { kind, detail }: { readonly kind: DraftStepKind; readonly detail: DraftStepDetail },
): Promise<void> {
  await sql`
    insert into candidate_draft_steps (tenant_id, draft_id, number, kind, made_by, import_id, detail)
    values (${tenantId}, ${draftId}, ${number}, ${kind}, ${madeBy}, ${importId}, ${asJson(sql, detail)})`
}

/** @throws not_found; aborted when the etag is not the present one; '' deletes the draft whatever its state is */
export async function deleteDraft(sql: TenantSql, id: string, etag: string): Promise<void> {
  const draft = await getDraft(sql, id, true)
  if (etag !== '') requireDraftEtag(draft, etag)
  await sql`delete from candidate_drafts where id = ${draft.id}`
  await recordEntry(sql, {
    kind: 'draft.delete',
    subject: { type: 'draft', id: draft.id },
    before: { displayName: draft.displayName },
    version: draftEtag(draft),
  })
}

/** The etag of a candidate whose source is the draft. */
export function draftEtag({ id, revision }: Pick<Draft, 'id' | 'revision'>): string {
  return contentEtag('draft', id, revision)
}

export function requireDraftEtag(draft: Draft, etag: string): void {
  const present = draftEtag(draft)
  if (etag === present) return
  throw aborted(
    `draft "${draft.id}" has etag ${present}, not ${etag}: it was changed since you read it. Get it again, check the changes, and use its new etag`,
    { reason: 'ETAG_MISMATCH', metadata: { kind: 'draft', id: draft.id, etag: present } },
  )
}

export function requireName(name: string, field: string): string {
  if (name.length > longestName) throw invalidArgument(field, `has more than ${longestName} characters`)
  return name
}

function columns(sql: TenantSql) {
  return sql`id, display_name as "displayName", definition, leaf_count as "leafCount", revision,
    created_by as "createdBy", created_at as "createdAt", updated_by as "updatedBy", updated_at as "updatedAt"`
}

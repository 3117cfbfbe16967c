import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DomainError, failedPrecondition, itemAt, mostListed } from '@assay/errors'
import {
  type AccessClosure,
  effectiveRows,
  type GrantRows,
  MiningError,
  noGroups,
  type Removal,
  type SnapshotParts,
  snapshotFormat,
} from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { CopyIn } from '../copy/copy-in.ts'
import { isFormatInForce } from '../snapshot/snapshot-format.ts'
import { storeSnapshot } from '../snapshot/store-snapshot.ts'
import { clearAccounts } from './brought-accounts.ts'
import { Faults } from './faults.ts'
import { storedContent } from './file-content.ts'
import { fileNames, pairFileName } from './file-forms.ts'
import type { GrantList } from './grant-list.ts'
import { type Import, type ImportCounts, type ImportFile, importKeyOf, type RowError } from './import.ts'
import { beginCommit, recordFailure, recordImport, selectImport } from './imports.ts'
import { type ImportedAccessProfile, loadAccessProfiles } from './load-access-profiles.ts'
import { type LoadedApplications, loadApplications, storeDerivedApplications } from './load-applications.ts'
import { type LoadedEntitlements, loadEntitlements, storeDerivedEntitlements } from './load-entitlements.ts'
import { loadGrants } from './load-grants.ts'
import { knownIdentities, type LoadedIdentities, loadIdentities, storeBareIdentities } from './load-identities.ts'
import { closureOf, loadMemberships } from './load-memberships.ts'
import { loadNumberedGrants } from './load-numbered-grants.ts'
import { loadPairs } from './load-pairs.ts'
import { type LoadedUsage, loadUsage } from './load-usage.ts'
import type { CommitProgress, Loading } from './loading.ts'
import type { MembershipList } from './membership-list.ts'
import type { NumberedGrants } from './numbered-grants.ts'
import { removalBy, removalWords, removesMuch } from './removal-guard.ts'
import { removeUploads } from './staged-uploads.ts'

/** Facts for a participant about the import that is being committed. */
export interface CommittingImport {
  readonly tenantId: number
  readonly importId: string
  readonly createdBy: string
  readonly counts: ImportCounts
  /** Undefined when the import has no access_profiles.csv; profiles then stay as they are. */
  readonly accessProfiles: readonly ImportedAccessProfile[] | undefined
  /** Reports a fault of the data that only the participant can detect. It counts like any other fault: see `skipInvalid`. */
  readonly addFault: (fault: RowError) => void
}

/**
 * Runs inside the transaction of the commit, after identities, applications and entitlements, so that both take effect together or
 * not at all.
 */
export type CommitParticipant = (sql: TenantSql, committing: CommittingImport) => Promise<void>

export interface CommitOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CommitProgress) => void
  readonly participants?: readonly CommitParticipant[]
  /** Called instead of the participants, in the same transaction, when the content of the import is already in force. */
  readonly onSameContent?: (
    sql: TenantSql,
    same: { readonly tenantId: number; readonly importId: string },
  ) => Promise<void>
  /** Refuses to remove more than a fifth of the people or of the grants in force. */
  readonly isGuarded?: boolean
  /** Called with the removal from the access in force before anything changes; an error that it throws ends the attempt. */
  readonly checkRemoval?: (removal: Removal) => void
  /** Days of usage after this time are in the future; default: now. */
  readonly now?: Date
  /** The content of the import, instead of the uploaded files. */
  readonly content?: ImportContent
}

/** Files of an import that are not uploads. */
interface ImportContent {
  readonly files: readonly ImportFile[]
  /** The bytes of one of the files; undefined for an uploaded file. */
  open(name: string): AsyncIterable<Uint8Array> | undefined
  /** The number of the source of the row of grants.csv at this index, from 0. It is called with ascending indexes. */
  readonly sourceOfGrant?: (place: number) => number
  /** The rows of grants.csv, instead of its bytes. */
  readonly numberedGrants?: NumberedGrants
  /** A text that differs when the same grants come from other sources. */
  readonly grantOrigins?: string
  /** Faults of rows that were left out before the import. */
  readonly leftOut?: LeftOut
}

type LeftOut = Pick<Faults, 'first' | 'count' | 'toleratedCount'>

interface CheckOptions {
  readonly checksOnly?: boolean
}

/** Rolls back a commit that only checked the data. */
class CheckedImport extends Error {
  readonly faults: Faults
  constructor(faults: Faults) {
    super('the import was only checked')
    this.faults = faults
  }
}

/** The data have faults. They are recorded with the import, and thrown as invalid_argument. */
class RefusedImport extends Error {
  readonly faults: Faults
  constructor(faults: Faults) {
    super('the import has faults')
    this.faults = faults
  }
}

/** The data would remove too much. It is recorded with the import, and thrown as failed_precondition. */
class UnconfirmedImport extends Error {
  readonly removal: Removal
  constructor(removal: Removal) {
    super('the import removes much and is not confirmed')
    this.removal = removal
  }
}

/**
 * Brings the access data of an import into force in one transaction: readers see the old data until the commit and the new data
 * after it. It reads the uploaded content, so any worker may call it, also again after a worker died. It changes nothing for an
 * import that is already committed. It takes two connections of the pool at once.
 *
 * Faults of the data throw `invalid_argument` with the first twenty as violations (`grants.csv:3:9`). The import is then `failed`
 * and stores the first hundred, and the previous data stay in force. With `skipInvalid` the rows with faults are left out, and the
 * import stores the same list. With `isGuarded`, data that would remove much throw `failed_precondition`; the import is `failed`
 * and stores the size of the removal. After an error outside the data (database, abort) the import stays `committing`, and another
 * call continues it.
 */
export async function commitImport(
  sql: Sql,
  tenantId: number,
  importId: string,
  options: CommitOptions & CheckOptions = {},
): Promise<Import> {
  const key = importKeyOf(importId)
  const begun = await inTenant(sql, tenantId, (scoped) => beginCommit(scoped, importId))
  if (begun.state === 'committed') return begun
  try {
    return await inTenant(sql, tenantId, (main) =>
      inTenant(sql, tenantId, async (source) => {
        try {
          return await commit(main, source, tenantId, key, options)
        } catch (error) {
          CopyIn.abandon(main)
          throw error
        }
      }),
    )
  } catch (error) {
    if (error instanceof RefusedImport) {
      const { first, count } = error.faults
      const message = refusal(first, count)
      await recordFailure(sql, tenantId, key, { errors: first, errorCount: count, message })
      throw new DomainError('invalid_argument', message, {
        violations: first.slice(0, mostListed).map((fault) => ({ field: placeOf(fault), description: fault.reason })),
        reason: 'IMPORT_INVALID',
        metadata: { importId, errorCount: String(count) },
      })
    }
    if (error instanceof UnconfirmedImport) {
      const { removal } = error
      const message = removalWords(removal)
      await recordFailure(sql, tenantId, key, { errors: [], errorCount: 0, message, removal })
      throw failedPrecondition(message)
    }
    if (error instanceof DomainError && error.kind === 'invalid_argument') {
      await recordFailure(sql, tenantId, key, { errors: [], errorCount: 0, message: error.message })
    }
    throw error
  }
}

/**
 * Checks the files of an import like a commit does, and changes nothing. Returns what the import would leave out, because of
 * `skipInvalid` or always.
 * @throws invalid_argument as `commitImport` does; the import is then failed
 */
export async function checkImport(
  sql: Sql,
  tenantId: number,
  importId: string,
  options: Pick<CommitOptions, 'signal' | 'now'> = {},
): Promise<LeftOut> {
  try {
    await commitImport(sql, tenantId, importId, { ...options, checksOnly: true })
  } catch (error) {
    if (error instanceof CheckedImport) return error.faults
    throw error
  }
  return { first: [], count: 0, toleratedCount: 0 }
}

async function commit(
  main: TenantSql,
  source: TenantSql,
  tenantId: number,
  key: number,
  options: CommitOptions & CheckOptions,
): Promise<Import> {
  // When two workers have the same job, the second waits here and then finds the import committed.
  await main`select from imports where id = ${key} for no key update`
  const found = await selectImport(main, key)
  if (found.state !== 'committing') return found
  const begun = { ...found, files: options.content?.files ?? found.files }

  const contentHash = contentHashOf(begun, options.content?.grantOrigins)
  const [current] = await main<{ import_id: number }[]>`
    select import_id from snapshots where content_hash = ${contentHash}`
  if (current !== undefined && !options.checksOnly && (await isFormatInForce(main))) {
    await options.onSameContent?.(main, { tenantId, importId: begun.id })
    return finish(main, key, { contentHash, sameContentAs: current.import_id })
  }

  const faults = new Faults()
  for (const fault of options.content?.leftOut?.first ?? [])
    faults.add(fault.file, fault.line, fault.column, fault.reason)
  faults.count = options.content?.leftOut?.count ?? 0
  faults.toleratedCount = options.content?.leftOut?.toleratedCount ?? 0
  const loading = loadingOf(main, source, tenantId, begun, faults, options)
  requireFiles(loading)
  const data = loading.has(pairFileName) ? await loadPairFile(loading) : await loadCsvSet(loading)
  const closure = closureOf(loading, data.memberships, data.entitlements)
  refuseFaults(begun, faults)
  if (options.checksOnly) throw new CheckedImport(faults)

  options.onProgress?.({ step: 'snapshot', bytesRead: bytesOf(begun), bytesTotal: bytesOf(begun) })
  // Postgres builds its index on one core while this process orders the grants on another. The query must be sent before that work
  // begins.
  const indexing = main`select index_grant_partition(${key})`.execute()
  indexing.catch(() => {})
  await nextTurn()
  await nextTurn()
  const assigned = assignedRows(data)
  const rows = begun.minesEffectiveAccess ? minedRows(assigned, data, closure, faults) : assigned
  const parts = snapshotParts(data, rows, closure)
  await indexing
  refuseFaults(begun, faults)
  await checkRemoval(source, parts, options)
  const grantCount = assigned.rowEntitlement.length
  const repeatedGrants = data.grants.length - grantCount
  if (repeatedGrants > 0) await main`select merge_duplicate_grants(${key})`
  const counts: ImportCounts = {
    identities: data.identities.keys.presentCount,
    applications: data.applications.keys.presentCount,
    entitlements: data.entitlements.keys.presentCount,
    grants: grantCount,
    repeatedGrants,
    memberships: data.memberships.length,
    usageRows: data.usage.rowCount,
    accessProfiles: data.accessProfiles?.length ?? 0,
  }
  await storeSnapshot(main, tenantId, { importKey: key, contentHash, hasUsage: loading.has('usage.csv'), parts })
  const facts = {
    tenantId,
    importId: begun.id,
    createdBy: begun.createdBy,
    counts,
    accessProfiles: data.accessProfiles,
    addFault: ({ file, line, column, reason }: RowError) => faults.add(file, line, column, reason),
  }
  // A participant that knows accounts stores them again.
  await clearAccounts(main)
  for (const participant of options.participants ?? []) await participant(main, facts)
  refuseFaults(begun, faults)
  options.signal?.throwIfAborted()
  // This is the last step, since imports of other tenants wait from here to the commit.
  await main`select attach_grant_partition(${key})`
  return finish(main, key, { contentHash, counts, faults, usageThrough: data.usage.through })
}

async function checkRemoval(sql: TenantSql, parts: SnapshotParts, options: CommitOptions): Promise<void> {
  if (options.isGuarded !== true && options.checkRemoval === undefined) return
  const removal = await removalBy(sql, parts)
  if (removal === undefined) return
  options.checkRemoval?.(removal)
  if (options.isGuarded === true && removesMuch(removal)) throw new UnconfirmedImport(removal)
}

function refuseFaults({ skipInvalid }: Import, faults: Faults): void {
  if (faults.isFatal || (faults.count > faults.toleratedCount && !skipInvalid)) throw new RefusedImport(faults)
}

interface LoadedData {
  readonly identities: LoadedIdentities
  readonly applications: LoadedApplications
  readonly entitlements: LoadedEntitlements
  readonly grants: GrantList
  readonly memberships: MembershipList
  readonly usage: LoadedUsage
  readonly accessProfiles: readonly ImportedAccessProfile[] | undefined
}

async function loadCsvSet(loading: Loading): Promise<LoadedData> {
  const identities = await loadIdentities(loading)
  const applications = await loadApplications(loading)
  const entitlements = await loadEntitlements(loading, applications)
  const { numberedGrants } = loading
  const grants =
    numberedGrants === undefined
      ? await loadGrants(loading, identities, entitlements)
      : await loadNumberedGrants(loading, numberedGrants, identities, entitlements)
  const memberships = await loadMemberships(loading, entitlements)
  const accessProfiles = await loadAccessProfiles(loading, entitlements)
  if (applications.isDerived) await storeDerivedApplications(loading, applications)
  if (entitlements.isDerived) await storeDerivedEntitlements(loading, applications, entitlements)
  const usage = await loadUsage(loading, identities, applications)
  return { identities, applications, entitlements, grants, memberships, usage, accessProfiles }
}

async function loadPairFile(loading: Loading): Promise<LoadedData> {
  const identities = await knownIdentities(loading)
  const applications = await loadApplications(loading)
  const entitlements = await loadEntitlements(loading, applications)
  const grants = await loadPairs(loading, identities, applications, entitlements)
  const memberships = await loadMemberships(loading, entitlements)
  await storeBareIdentities(loading, identities)
  await storeDerivedApplications(loading, applications)
  await storeDerivedEntitlements(loading, applications, entitlements)
  const usage = await loadUsage(loading, identities, applications)
  return { identities, applications, entitlements, grants, memberships, usage, accessProfiles: undefined }
}

function assignedRows({ identities, entitlements, grants }: LoadedData): GrantRows {
  return grants.toRows(identities.keys.ranks(), identities.keys.presentCount, entitlements.keys.ranks())
}

/** Assigned access and the access that groups give. When that is too much, it adds a fault and returns only assigned access. */
function minedRows(
  assigned: GrantRows,
  { entitlements }: LoadedData,
  closure: AccessClosure | undefined,
  faults: Faults,
): GrantRows {
  try {
    return effectiveRows(assigned, entitlements.keys.presentCount, closure ?? noGroups)
  } catch (error) {
    if (!(error instanceof MiningError && error.kind === 'too_large')) throw error
    faults.addFatal(
      'memberships.csv',
      0,
      0,
      `effective access is too large (expected ${error.expected}); import again without effective access`,
    )
    return assigned
  }
}

function snapshotParts(
  { identities, applications, entitlements }: LoadedData,
  rows: GrantRows,
  closure: AccessClosure | undefined,
): SnapshotParts {
  const applicationRanks = applications.keys.ranks()
  return {
    identityKey: identities.keys.presentKeys(),
    entitlementKey: entitlements.keys.presentKeys(),
    applicationKey: applications.keys.presentKeys(),
    entitlementApplication: entitlements.keys
      .presentOrdinals()
      .map((entitlement) => itemAt(applicationRanks, entitlements.applicationOf(entitlement))),
    ...rows,
    identityStatus: identities.statuses(),
    identityType: identities.types(),
    attributes: identities.attributes.map((attribute) => attribute.forSnapshot(identities.keys)),
    ...(closure !== undefined && closure.group.length > 0 && { closure }),
  }
}

/** Ends an import: either it is in force now, or `sameContentAs` names the import in force with the same content. */
export async function finish(
  sql: TenantSql,
  key: number,
  outcome: {
    contentHash: Buffer
    counts?: ImportCounts
    faults?: Faults
    usageThrough?: string | undefined
    sameContentAs?: number
  },
): Promise<Import> {
  const { contentHash, counts, faults, usageThrough, sameContentAs } = outcome
  await removeUploads(sql, key)
  await sql`
    update imports set state = 'committed', committed_at = now(), content_hash = ${contentHash},
      same_content_as = ${sameContentAs ?? null}, error_count = ${faults?.count ?? 0},
      errors = ${sql.json(faults?.first.map((fault) => ({ ...fault })) ?? [])},
      counts = coalesce(${counts === undefined ? null : sql.json({ ...counts })},
        (select o.counts from imports o where o.id = ${sameContentAs ?? null})),
      usage_through = coalesce(${usageThrough ?? null}::date,
        (select o.usage_through from imports o where o.id = ${sameContentAs ?? null}))
    where id = ${key}`
  const inForce = await selectImport(sql, key)
  const facts = { counts: { ...inForce.counts }, changedNothing: inForce.sameContentAs !== undefined }
  await recordImport(
    sql,
    key,
    'import.in_force',
    { counts: inForce.counts, sameContentAs: inForce.sameContentAs },
    facts,
  )
  return inForce
}

function loadingOf(
  main: TenantSql,
  source: TenantSql,
  tenantId: number,
  begun: Import,
  faults: Faults,
  options: CommitOptions,
): Loading {
  const importKey = importKeyOf(begun.id)
  const bytesTotal = bytesOf(begun)
  let bytesBefore = 0
  return {
    sql: main,
    tenantId,
    importKey,
    faults,
    today: Math.floor((options.now ?? new Date()).getTime() / 86_400_000),
    sourceOfGrant: options.content?.sourceOfGrant,
    numberedGrants: options.content?.numberedGrants,
    has: (file) => begun.files.some(({ name }) => name === file),
    content: (file) => options.content?.open(file) ?? storedContent(source, importKey, file),
    slices: (file, flush) => {
      const offset = bytesBefore
      bytesBefore += begun.files.find(({ name }) => name === file)?.sizeBytes ?? 0
      return async (bytesRead) => {
        options.signal?.throwIfAborted()
        options.onProgress?.({ step: file, bytesRead: offset + bytesRead, bytesTotal })
        await flush?.()
      }
    },
  }
}

function requireFiles({ has, faults }: Loading): void {
  if (has(pairFileName)) {
    for (const file of fileNames.filter((name) => name !== pairFileName && name !== 'usage.csv')) {
      if (has(file)) faults.addFatal(file, 0, 0, `an import with ${pairFileName} has no other file`)
    }
  } else {
    for (const file of ['identities.csv', 'grants.csv']) {
      if (!has(file)) faults.addFatal(file, 0, 0, 'the file is missing')
    }
  }
  if (faults.isFatal) throw new RefusedImport(faults)
}

/** The hash is equal for the same files and options, in any order and form, and the same format of the snapshot. */
function contentHashOf(begun: Import, grantOrigins = ''): Buffer {
  const options = `${begun.skipInvalid ? 'skip invalid' : 'all'}${begun.minesEffectiveAccess ? ', effective' : ''}`
  const hash = createHash('sha256').update(`${options}, format ${snapshotFormat}\n`)
  for (const { name, sha256 } of begun.files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${name} ${sha256}\n`)
  }
  hash.update(grantOrigins)
  return hash.digest()
}

function bytesOf({ files }: Import): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0)
}

function placeOf({ file, line, column }: RowError): string {
  return line === 0 ? file : `${file}:${line}:${column}`
}

function refusal(first: readonly RowError[], count: number): string {
  const where = `${placeOf(itemAt(first, 0))}: ${itemAt(first, 0).reason}`
  return count === 1 ? `The import has one fault. ${where}` : `The import has ${count} faults. The first: ${where}`
}

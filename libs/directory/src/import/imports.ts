import { aborted, type DomainError, failedPrecondition, notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import type { Removal } from '@assay/mining'
import { inTenant, type PageTokens, type Sql, type TenantSql } from '@assay/store'
import { type Import, type ImportCounts, type ImportState, importKeyOf, type RowError } from './import.ts'
import { refuseUploadsUnderWay, removeUploads } from './staged-uploads.ts'

interface ImportRow {
  id: number
  state: ImportState
  skip_invalid: boolean
  mines_effective_access: boolean
  created_by: string
  created_at: Date
  committed_at: Date | null
  counts: ImportCounts | null
  usage_through: string | null
  errors: RowError[]
  error_count: number
  error_message: string
  same_content_as: number | null
  removal: Removal | null
  files: { name: string; size_bytes: number; sha256: string }[]
}

interface NewImport {
  readonly createdBy: string
  readonly skipInvalid: boolean
  readonly minesEffectiveAccess?: boolean
}

/** An open import without an upload for this long is aborted when another begins: its client has probably abandoned it. */
const forgottenAfterHours = 24

/**
 * Opens an import. A tenant has at most one that is open or committing. While there is one, another is refused with `aborted`,
 * which names it (reason IMPORT_IN_PROGRESS, metadata importId). But an open import without an upload for a day is aborted instead.
 */
export async function createImport(sql: Sql, tenantId: number, options: NewImport): Promise<Import> {
  for (;;) {
    const created = await inTenant(sql, tenantId, (scoped) => createImportWithin(scoped, tenantId, options))
    // Undefined: the other import ended between the two statements.
    if (created !== undefined) return created
  }
}

/**
 * The same in the caller's transaction. Undefined when the other import ended meanwhile: the caller should try again.
 * @throws aborted while another import is open
 */
export async function createImportWithin(
  sql: TenantSql,
  tenantId: number,
  options: NewImport,
): Promise<Import | undefined> {
  let key = await insertImport(sql, tenantId, options)
  if (key === undefined && (await abortForgotten(sql))) key = await insertImport(sql, tenantId, options)
  if (key !== undefined) {
    const { skipInvalid, minesEffectiveAccess = false } = options
    await recordImport(sql, key, 'import.create', { skipInvalid, minesEffectiveAccess })
    return selectImport(sql, key)
  }
  const [open] = await sql<{ id: number; created_by: string; state: string }[]>`
    select id, created_by, state from imports where state in ('open', 'committing')`
  if (open === undefined) return undefined
  throw aborted(
    `import "${open.id}", created by ${open.created_by}, is still ${open.state}; commit or abort it before you begin another`,
    { reason: 'IMPORT_IN_PROGRESS', metadata: { importId: String(open.id) } },
  )
}

/** Inserts an import. Undefined while another import is open or committing. */
async function insertImport(sql: TenantSql, tenantId: number, options: NewImport): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`
    insert into imports (tenant_id, created_by, skip_invalid, mines_effective_access)
    values (${tenantId}, ${options.createdBy}, ${options.skipInvalid}, ${options.minesEffectiveAccess ?? false})
    on conflict (tenant_id) where state in ('open', 'committing') do nothing
    returning id`
  return row?.id
}

/** Aborts the open import if it had no upload for long. Returns whether it did. */
async function abortForgotten(sql: TenantSql): Promise<boolean> {
  await sql`set local lock_timeout = '3s'`
  const longAgo = sql`now() - make_interval(hours => ${forgottenAfterHours})`
  // The row is locked first, so that the next statement sees uploads that begin or end meanwhile.
  const [open] = await sql<{ id: number }[]>`
    select id from imports where state = 'open' and created_at < ${longAgo} for no key update`
  if (open === undefined) return false
  const message = `It had no upload for ${forgottenAfterHours} hours when another import began`
  const aborted = await sql`
    update imports set state = 'aborted', error_message = ${message}
    where id = ${open.id}
      and not exists (select from import_files where import_id = ${open.id} and uploaded_at >= ${longAgo})
      and not exists (select from import_uploads where import_id = ${open.id} and live_until >= now())`
  if (aborted.count === 0) return false
  await recordImport(sql, open.id, 'import.abort', { message })
  await removeUploads(sql, open.id)
  return true
}

/** Whether the import in force also mines the access through groups; false before the first import. */
export async function minesEffectiveAccess(sql: TenantSql): Promise<boolean> {
  const [row] = await sql<{ mines: boolean }[]>`
    select mines_effective_access as mines from imports where id = (select import_id from snapshots)`
  return row?.mines ?? false
}

export function getImport(sql: Sql, tenantId: number, importId: string): Promise<Import> {
  const key = importKeyOf(importId)
  return inTenant(sql, tenantId, (scoped) => selectImport(scoped, key))
}

/** Newest first. `pageSize` 1 to 100. */
export function listImports(
  sql: Sql,
  tenantId: number,
  page: { readonly pageSize: number; readonly pageToken: string; readonly tokens: PageTokens },
): Promise<{ readonly imports: readonly Import[]; readonly nextPageToken: string }> {
  const query = { list: 'imports', tenantId }
  const before = page.tokens.decode(query, page.pageToken)?.[0] ?? 2 ** 31 - 1
  return inTenant(sql, tenantId, async (scoped) => {
    const rows = await scoped<ImportRow[]>`
      ${importColumns(scoped)} where i.id < ${before} order by i.id desc limit ${page.pageSize + 1}`
    const imports = rows.slice(0, page.pageSize).map(importOf)
    const last = rows.length > page.pageSize ? imports.at(-1) : undefined
    return { imports, nextPageToken: last === undefined ? '' : page.tokens.encode(query, [Number(last.id)]) }
  })
}

/** Aborts an open import and deletes its files. Aborting it twice has the same effect as once. */
export function abortImport(sql: Sql, tenantId: number, importId: string): Promise<Import> {
  return endImport(sql, tenantId, importId, 'aborted', ['open'], '')
}

/** Ends an import that cannot be committed for a reason outside its data, such as a worker that keeps failing. */
export function failImport(sql: Sql, tenantId: number, importId: string, message: string): Promise<Import> {
  return endImport(sql, tenantId, importId, 'failed', ['open', 'committing'], message)
}

/**
 * Closes an open import for uploads: it is `committing` until a worker has committed it. Call it in the transaction that enqueues
 * that work. It changes nothing for an import that is already committing.
 */
export async function beginCommit(sql: TenantSql, importId: string): Promise<Import> {
  const key = importKeyOf(importId)
  await sql`set local lock_timeout = '3s'`
  const begun = await sql`update imports set state = 'committing' where id = ${key} and state = 'open'`
  if (begun.count > 0) await refuseUploadsUnderWay(sql, key)
  const found = await selectImport(sql, key)
  if (begun.count > 0) await recordImport(sql, key, 'import.commit', { files: found.files })
  if (found.state === 'failed' || found.state === 'aborted') throw ended(found, 'committed')
  return found
}

async function endImport(
  sql: Sql,
  tenantId: number,
  importId: string,
  state: 'aborted' | 'failed',
  from: readonly ImportState[],
  message: string,
): Promise<Import> {
  const key = importKeyOf(importId)
  return inTenant(sql, tenantId, async (scoped) => {
    await scoped`set local lock_timeout = '3s'`
    const changed = await scoped`
      update imports set state = ${state}, error_message = ${message} where id = ${key} and state in ${scoped(from)}`
    const found = await selectImport(scoped, key)
    if (changed.count === 0 && found.state !== state) throw ended(found, state)
    if (changed.count > 0)
      await recordImport(scoped, key, state === 'aborted' ? 'import.abort' : 'import.fail', { message })
    await removeUploads(scoped, key)
    return found
  })
}

/** Records why an import was refused, with the first hundred faults. */
export function recordFailure(
  sql: Sql,
  tenantId: number,
  key: number,
  failure: {
    readonly errors: readonly RowError[]
    readonly errorCount: number
    readonly message: string
    readonly removal?: Removal
  },
): Promise<void> {
  return inTenant(sql, tenantId, async (scoped) => {
    const failed = await scoped`
      update imports set state = 'failed', error_message = ${failure.message}, error_count = ${failure.errorCount},
        errors = ${scoped.json(failure.errors.map((error) => ({ ...error })))},
        removal = ${failure.removal === undefined ? null : scoped.json({ ...failure.removal })}
      where id = ${key} and state = 'committing'`
    await removeUploads(scoped, key)
    const { message, errorCount } = failure
    if (failed.count > 0) await recordImport(scoped, key, 'import.fail', { message, errorCount }, { errorCount })
  })
}

/** Records a change of state of an import. */
export async function recordImport(
  sql: TenantSql,
  key: number,
  kind: string,
  after: object,
  facts?: Readonly<Record<string, unknown>>,
): Promise<void> {
  await recordEntry(sql, {
    kind,
    subject: { type: 'import', id: String(key) },
    after,
    load: key,
    ...(facts && { facts }),
  })
}

export async function selectImport(sql: TenantSql, key: number): Promise<Import> {
  const [row] = await sql<ImportRow[]>`${importColumns(sql)} where i.id = ${key}`
  if (row === undefined) throw notFound('import', String(key))
  return importOf(row)
}

export function ended(found: Import, wanted: string): DomainError {
  return failedPrecondition(`import "${found.id}" is ${found.state} and cannot be ${wanted}; begin another`)
}

function importColumns(sql: TenantSql) {
  return sql`
    select i.id, i.state, i.skip_invalid, i.mines_effective_access, i.created_by, i.created_at, i.committed_at, i.counts,
      i.usage_through::text, i.errors, i.error_count, i.error_message, i.same_content_as, i.removal,
      coalesce((select json_agg(json_build_object('name', f.name, 'size_bytes', f.size_bytes, 'sha256', encode(f.sha256, 'hex'))
        order by f.name) from import_files f where f.import_id = i.id), '[]') as files
    from imports i`
}

function importOf(row: ImportRow): Import {
  return {
    id: String(row.id),
    state: row.state,
    skipInvalid: row.skip_invalid,
    minesEffectiveAccess: row.mines_effective_access,
    createdBy: row.created_by,
    createdAt: row.created_at,
    committedAt: row.committed_at ?? undefined,
    counts: row.counts ?? undefined,
    usageThrough: row.usage_through ?? undefined,
    errors: row.errors,
    errorCount: row.error_count,
    errorMessage: row.error_message,
    sameContentAs: row.same_content_as === null ? undefined : String(row.same_content_as),
    removal: row.removal ?? undefined,
    files: row.files.map((file) => ({ name: file.name, sizeBytes: file.size_bytes, sha256: file.sha256 })),
  }
}

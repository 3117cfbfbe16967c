import { beginCommit, checkImport, commitImport, type Import, importKeyOf, storedContent } from '@assay/directory'
import { DomainError, invalidArgument } from '@assay/errors'
import { readyMap } from '@assay/sources'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { nativeSourceKey, recordNativeLoad } from './adopt-import.ts'
import { type ComposeTools, composeSources } from './compose-sources.ts'
import { attachGrants } from './copied-grants.ts'
import { nativeSource } from './sources.ts'
import { SpooledFiles } from './spooled-files.ts'
import { RefusedLoad, stageRecords } from './stage-load.ts'
import { withWorkingFolder } from './working-folder.ts'

type CommitChoices = NonNullable<Parameters<typeof commitImport>[3]>

/** Files without access data: they are part of the import together with the composition of the sources. */
const profileFiles = ['access_profiles.csv', 'access_profile_entitlements.csv']

/**
 * Commits an import as `commitImport` does. Without other sources the import itself comes into force. With other sources it
 * replaces the load of the native source, and all sources are combined. Bad data are refused with the same messages.
 */
export async function commitNativeImport(
  tools: ComposeTools,
  tenantId: number,
  importId: string,
  commit: CommitChoices = {},
): Promise<Import> {
  const { sql } = tools
  const { signal = new AbortController().signal } = commit
  if (!(await hasOtherSources(sql, tenantId))) {
    return commitImport(sql, tenantId, importId, {
      ...commit,
      participants: [...(commit.participants ?? []), recordNativeLoad],
    })
  }
  const begun = await inTenant(sql, tenantId, (scoped) => beginCommit(scoped, importId))
  if (begun.state !== 'committing') return begun
  const leftOut = await checkImport(sql, tenantId, importId, { signal })
  const load = await stageImport(tools, tenantId, begun, leftOut.count > leftOut.toleratedCount, signal)
  try {
    return await composeSources(tools, {
      tenantId,
      importId,
      loads: [load],
      isOnly: false,
      signal,
      commit: {
        ...commit,
        content: {
          files: begun.files.filter(({ name }) => profileFiles.includes(name)),
          open: () => undefined,
          leftOut,
        },
      },
    })
  } catch (error) {
    // The load of a refused import must not come into force with the next load of another source.
    if (error instanceof DomainError) await giveUpLoad(sql, tenantId, load, error.message)
    throw error
  }
}

async function giveUpLoad(sql: Sql, tenantId: number, load: number, message: string): Promise<void> {
  await inTenant(
    sql,
    tenantId,
    (scoped) => scoped`
      update source_loads set state = 'failed', error_message = ${message} where id = ${load} and state = 'staged'`,
  )
}

async function hasOtherSources(sql: Sql, tenantId: number): Promise<boolean> {
  const rows = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped`
      select from sources where name <> ${nativeSource} and retired_at is null and load_id is not null limit 1`,
  )
  return rows.length > 0
}

/** Stores the content of the files of an import as a load of the native source. Returns the load's number. */
async function stageImport(
  tools: ComposeTools,
  tenantId: number,
  begun: Import,
  skipInvalid: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { sql, temporaryDirectory } = tools
  const load = await inTenant(sql, tenantId, (scoped) => openNativeLoad(scoped, tenantId, begun))
  const stage = async (temporaryFolder: string) => {
    const spooled = new SpooledFiles(temporaryFolder)
    await inTenant(
      sql,
      tenantId,
      async (scoped) => {
        for (const { name } of begun.files) {
          if (!profileFiles.includes(name)) await spooled.add(name, storedContent(scoped, importKeyOf(begun.id), name))
        }
      },
      { signal },
    )
    const files = spooled.files.map(({ name }) => ({
      name,
      path: spooled.pathOf(name),
      open: async function* () {
        yield* spooled.open(name) ?? []
      },
    }))
    const maps = ['native', 'pairs'].flatMap((name) => readyMap(name) ?? [])
    const reading = { split: '' }
    const staging = { files, repeated: [], maps, reading, skipInvalid, temporaryFolder, signal }
    await stageRecords(sql, tenantId, load, staging, async (scoped, { counts, report, grants }) => {
      await attachGrants(scoped, load, grants)
      await scoped`
        update source_loads set state = 'staged', counts = ${scoped.json({ ...counts })}, report = ${scoped.json([...report])}
        where id = ${load}`
    })
    return load
  }
  try {
    return await withWorkingFolder(temporaryDirectory, stage)
  } catch (error) {
    if (!(error instanceof RefusedLoad)) throw error
    const message = `The import itself has no faults, but its records cannot be combined with those of other sources. ${error.message}`
    throw invalidArgument('files', new DomainError('invalid_argument', message).message, { cause: error })
  }
}

/** Opens the load of this import, without records, and ends one that another import left. */
async function openNativeLoad(
  sql: TenantSql,
  tenantId: number,
  { id, createdBy, skipInvalid }: Import,
): Promise<number> {
  const source = await nativeSourceKey(sql, tenantId, createdBy)
  await sql`
    update source_loads set state = 'aborted'
    where source_id = ${source} and state in ('open', 'reading', 'staged', 'awaiting_confirmation')`
  const [row] = await sql<{ id: number }[]>`
    insert into source_loads (tenant_id, source_id, state, skip_invalid, created_by, import_id)
    values (${tenantId}, ${source}, 'reading', ${skipInvalid}, ${createdBy}, ${importKeyOf(id)}) returning id`
  if (row === undefined) throw new Error('no load was opened')
  return row.id
}

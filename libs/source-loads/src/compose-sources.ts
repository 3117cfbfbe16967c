import { commitImport, type Import, importKeyOf } from '@assay/directory'
import { aborted, invalidArgument } from '@assay/errors'
import { nativeFiles, placed } from '@assay/sources'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { adoptImport } from './adopt-import.ts'
import { accountOwners, composed, orphansOf } from './correlation.ts'
import { type Guard, noGuard } from './guard.ts'
import { linkRemoval } from './link-removal.ts'
import type { Removals } from './load.ts'
import { settleComposition } from './settle-composition.ts'
import { SpooledFiles } from './spooled-files.ts'
import type { ComposedSource } from './stored-records.ts'
import { withWorkingFolder } from './working-folder.ts'

type CommitChoices = NonNullable<Parameters<typeof commitImport>[3]>

export interface ComposeTools {
  readonly sql: Sql
  readonly temporaryDirectory: string
  readonly guard?: Guard
}

interface Composing {
  readonly tenantId: number
  /** An import that is being committed: until it ends, no other one of the tenant can be. */
  readonly importId: string
  /** Staged loads that come into force. */
  readonly loads: readonly number[]
  /** Sources without one of these loads retire. */
  readonly isOnly: boolean
  readonly commit: CommitChoices
  readonly signal: AbortSignal
}

/** What stands against bringing a composition into force. */
export class RemovesMuch extends Error {
  override readonly name = 'RemovesMuch'
  readonly removals: Removals

  constructor(removals: Removals) {
    super('the composition removes much')
    this.removals = removals
  }
}

/**
 * Puts the newest loads of all sources together and brings the result into force as the import. Everything becomes true in
 * the transaction of the import's commit, or nothing.
 * @throws RemovesMuch when loads have to be confirmed first
 */
export async function composeSources(tools: ComposeTools, composing: Composing): Promise<Import> {
  const { sql, temporaryDirectory, guard = noGuard } = tools
  const { tenantId, importId, loads, signal } = composing
  await inTenant(sql, tenantId, (scoped) => adoptImport(scoped, tenantId), { signal })
  return withWorkingFolder(temporaryDirectory, async (folder) => {
    const spooled = new SpooledFiles(folder)
    // One state of all records, however long it takes.
    const result = await inTenant(
      sql,
      tenantId,
      async (scoped) => {
        const sources = await sourcesToCompose(scoped, composing)
        const { composition, faults } = await composed(scoped, sources)
        for (const { name, content } of nativeFiles(composition)) await spooled.add(name, content)
        const [first] = faults.first
        // Records were checked when they were read; what is found now lies between sources.
        if (first !== undefined) throw invalidArgument('loads', placed(first))
        const owners = accountOwners(composition)
        return { sources, owners, orphans: orphansOf(composition) }
      },
      { isolation: 'repeatable read', signal },
    )
    const links = await inTenant(sql, tenantId, async (scoped) =>
      (await anyUnconfirmed(scoped, loads)) ? linkRemoval(scoped, result.sources, result.owners) : undefined,
    )
    const settle = (scoped: TenantSql, changedNothing: boolean) =>
      settleComposition(scoped, {
        tenantId,
        importKey: importKeyOf(importId),
        loads,
        isOnly: composing.isOnly,
        changedNothing,
        ...result,
      })
    const { commit } = composing
    return await commitImport(sql, tenantId, importId, {
      ...commit,
      signal,
      ...(links !== undefined && {
        checkRemoval: ({ peopleBefore, peopleRemoved, grantsBefore, grantsRemoved }) => {
          const removals = guard.ofComposition({
            people: { before: peopleBefore, removed: peopleRemoved },
            grants: { before: grantsBefore, removed: grantsRemoved },
            links,
          })
          if (removals !== undefined) throw new RemovesMuch(removals)
        },
      }),
      content: {
        ...commit.content,
        files: [...spooled.files, ...(commit.content?.files ?? [])],
        open: (name) => spooled.open(name),
      },
      participants: [(scoped) => settle(scoped, false), ...(commit.participants ?? [])],
      onSameContent: async (scoped, same) => {
        await settle(scoped, true)
        await commit.onSameContent?.(scoped, same)
      },
    })
  })
}

/** Of each source the given load, else its newest committed one, in the tenant's order. */
export async function sourcesToCompose(
  sql: TenantSql,
  { loads, isOnly }: Pick<Composing, 'loads' | 'isOnly'>,
): Promise<ComposedSource[]> {
  const rows = await sql<ComposedSource[]>`
    select s.id, s.name, s.defines_people as "definesPeople", l.id as "recordsLoad", l.forms, l.counts
    from sources s
    join source_loads l on l.id = coalesce(
      (select staged.id from source_loads staged where staged.source_id = s.id and staged.id = any (${loads}::integer[])
        and staged.state = 'staged'),
      ${isOnly ? sql`null` : sql`s.records_load_id`})
    where s.retired_at is null order by s.position, s.id`
  const staged = await sql`select from source_loads where id = any (${loads}::integer[]) and state = 'staged'`
  if (staged.count < loads.length) throw aborted('A load was given up while it was put together with the others')
  return [...rows]
}

async function anyUnconfirmed(sql: TenantSql, loads: readonly number[]): Promise<boolean> {
  const rows = await sql`
    select from source_loads where id = any (${loads}::integer[]) and confirmed_by is null limit 1`
  return rows.length > 0
}

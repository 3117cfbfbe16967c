import { commitImport, type Import, importKeyOf } from '@assay/directory'
import { aborted, invalidArgument } from '@assay/errors'
import { filesBesideGrants, placed } from '@assay/sources'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { adoptImport } from './adopt-import.ts'
import { accountOwners, composed, orphansOf } from './correlation.ts'
import { type Guard, noGuard } from './guard.ts'
import { composeInPlace } from './in-place/compose-in-place.ts'
import { linksHash } from './in-place/composed-state.ts'
import { linkRemoval, linksInForce } from './link-removal.ts'
import type { Removal, Removals } from './load.ts'
import { settleComposition, settleInPlace } from './settle-composition.ts'
import { SpooledFiles } from './spooled-files.ts'
import { spooledGrants, spoolGrants } from './spooled-grants.ts'
import type { ComposedSource } from './stored-records.ts'
import { withWorkingFolder } from './working-folder.ts'

type CommitChoices = NonNullable<Parameters<typeof commitImport>[3]>

export interface ComposeTools {
  readonly sql: Sql
  readonly temporaryDirectory: string
  readonly guard?: Guard
  /** Called with the reason when the difference to the access in force is not sufficient and all sources are combined. */
  readonly onWhole?: (tenantId: number, reason: string) => void
  /** Called with the way in which the people of changed grants were found: see `exactGrants`. */
  readonly onNames?: (how: 'exact' | 'composed') => void
  /** Combines all sources, however small the difference is. */
  readonly isAlwaysWhole?: boolean
}

interface Composing {
  readonly tenantId: number
  /** The import of the composition: until it ends, no other import of the tenant can be committed. */
  readonly importId: string
  /** Staged loads that come into force. */
  readonly loads: readonly number[]
  /** Sources without one of these loads retire. */
  readonly isOnly: boolean
  readonly commit: CommitChoices
  readonly signal: AbortSignal
  /** Called with each phase of the work. */
  readonly onPhase?: (phase: string) => void
}

/** The composition removes much and needs a confirmation. */
export class RemovesMuch extends Error {
  override readonly name = 'RemovesMuch'
  readonly removals: Removals

  constructor(removals: Removals) {
    super('the composition removes much')
    this.removals = removals
  }
}

/**
 * Combines the newest loads of all sources and brings the result into force as the import. All changes take effect in the
 * transaction of the import's commit, or none.
 * @throws RemovesMuch when loads must be confirmed first
 */
export async function composeSources(tools: ComposeTools, composing: Composing): Promise<Import> {
  const { sql } = tools
  const { tenantId, signal } = composing
  await inTenant(sql, tenantId, (scoped) => adoptImport(scoped, tenantId), { signal })
  const day = new Date().toISOString().slice(0, 10)
  return (await inPlace(tools, composing, day)) ?? (await whole(tools, composing, day))
}

/** Applies the difference to the access in force; undefined when all sources must be combined. */
async function inPlace(tools: ComposeTools, composing: Composing, day: string) {
  const { sql, guard = noGuard, onWhole = () => {}, onNames = () => {} } = tools
  const { tenantId, importId, loads, isOnly, signal, commit } = composing
  if (tools.isAlwaysWhole) return undefined
  // An import with files beside the sources, or one that retires sources, changes more than grants.
  if (isOnly || commit.content !== undefined) return undefined
  const { sources, links } = await inTenant(sql, tenantId, async (scoped) => ({
    sources: await sourcesToCompose(scoped, composing),
    links: (await anyUnconfirmed(scoped, loads)) ? await linksInForce(scoped) : undefined,
  }))
  return composeInPlace(sql, {
    tenantId,
    importId,
    sources,
    day,
    signal,
    onWhole: (reason) => onWhole(tenantId, reason),
    onNames,
    options: (result) => {
      const settled = { tenantId, importKey: importKeyOf(importId), loads, day, ...result }
      return {
        signal,
        ...(links !== undefined && { checkRemoval: removalCheck(guard, { before: links, removed: 0 }) }),
        participants: [(scoped) => settleInPlace(scoped, settled, false), ...(commit.participants ?? [])],
        onSameContent: async (scoped, same) => {
          await settleInPlace(scoped, settled, true)
          await commit.onSameContent?.(scoped, same)
        },
      }
    },
  })
}

/** Combines all records of all sources. */
async function whole(
  { sql, temporaryDirectory, guard = noGuard }: ComposeTools,
  composing: Composing,
  day: string,
): Promise<Import> {
  const { tenantId, importId, loads, signal, onPhase = () => {} } = composing
  onPhase('putting the sources together')
  return withWorkingFolder(temporaryDirectory, async (folder) => {
    const spooled = new SpooledFiles(folder)
    // One transaction reads one state of all records, however long it takes.
    const result = await inTenant(
      sql,
      tenantId,
      async (scoped) => {
        const sources = await sourcesToCompose(scoped, composing)
        const { composition, faults } = await composed(scoped, sources, { day })
        spooled.files.push(await spoolGrants(composition, spooled.pathOf('grants.csv')))
        for (const { name, content } of filesBesideGrants(composition)) await spooled.add(name, content)
        const [first] = faults.first
        // Records were checked when they were read; a fault that appears now is a contradiction between sources.
        if (first !== undefined) throw invalidArgument('loads', placed(first))
        const owners = accountOwners(composition)
        const sourceOfGrant = sourcesOfGrants(composition.grantRows, sources)
        const grantOrigins = originsOfGrants(composition.grantRows, sources)
        const orphans = orphansOf(composition)
        const numberedGrants = spooledGrants(composition, spooled.pathOf('grants.csv'))
        const links = await linksHash(scoped)
        return { sources, owners, orphans, sourceOfGrant, grantOrigins, numberedGrants, links }
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
        day,
        ...result,
      })
    const { commit } = composing
    onPhase('bringing the data into force')
    return await commitImport(sql, tenantId, importId, {
      ...commit,
      signal,
      ...(links !== undefined && {
        checkRemoval: removalCheck(guard, links),
      }),
      content: {
        ...commit.content,
        files: [...spooled.files, ...(commit.content?.files ?? [])],
        open: (name) => spooled.open(name),
        sourceOfGrant: result.sourceOfGrant,
        numberedGrants: result.numberedGrants,
        grantOrigins: result.grantOrigins,
      },
      participants: [(scoped) => settle(scoped, false), ...(commit.participants ?? [])],
      onSameContent: async (scoped, same) => {
        await settle(scoped, true)
        await commit.onSameContent?.(scoped, same)
      },
    })
  })
}

/** The source of each row of grants.csv; rows must be requested in their order. */
function sourcesOfGrants(
  ends: readonly { readonly source: string; readonly rows: number }[],
  sources: readonly ComposedSource[],
): (place: number) => number {
  const numbers = ends.map(({ source }) => sources.find(({ name }) => name === source)?.id ?? 0)
  let at = 0
  return (place) => {
    while (at < ends.length - 1 && place >= (ends[at]?.rows ?? 0)) at++
    return numbers[at] ?? 0
  }
}

/** A text that is equal for the same rows of the same sources: the last row of grants.csv of each source. */
function originsOfGrants(
  ends: readonly { readonly source: string; readonly rows: number }[],
  sources: readonly ComposedSource[],
): string {
  const own = ends.filter(({ rows }, at) => rows > (ends[at - 1]?.rows ?? 0))
  return own.map(({ source, rows }) => `${sources.find(({ name }) => name === source)?.id ?? 0} ${rows}\n`).join('')
}

/** For each source its load among `loads`, else its newest committed load, in the tenant's order. */
export async function sourcesToCompose(
  sql: TenantSql,
  { loads, isOnly }: Pick<Composing, 'loads' | 'isOnly'>,
): Promise<ComposedSource[]> {
  const rows = await sql<ComposedSource[]>`
    select s.id, s.name, coalesce(case when l.state = 'staged' then l.defines_people end, s.defines_people) as "definesPeople", l.id as load, l.state = 'staged' as "isStaged",
      s.records_load_id as before, coalesce(l.records_of, l.id) as "recordsLoad",
      case when l.state = 'staged' and l.records_of is not null then l.id end as "changesLoad",
      l.forms, l.counts, l.traits, l.difference
    from sources s
    join source_loads l on l.id = coalesce(
      (select staged.id from source_loads staged where staged.source_id = s.id and staged.id = any (${loads}::integer[])
        and staged.state = 'staged'),
      ${isOnly ? sql`null` : sql`case when s.records_load_id is not null then s.load_id end`})
    where s.retired_at is null order by s.position, s.id`
  const staged = await sql`select from source_loads where id = any (${loads}::integer[]) and state = 'staged'`
  if (staged.count < loads.length) throw aborted('A load was aborted while it was combined with the other sources')
  return [...rows]
}

function removalCheck(guard: Guard, links: Removal): NonNullable<CommitChoices['checkRemoval']> {
  return ({ peopleBefore, peopleRemoved, grantsBefore, grantsRemoved }) => {
    const removals = guard.ofComposition({
      people: { before: peopleBefore, removed: peopleRemoved },
      grants: { before: grantsBefore, removed: grantsRemoved },
      links,
    })
    if (removals !== undefined) throw new RemovesMuch(removals)
  }
}

async function anyUnconfirmed(sql: TenantSql, loads: readonly number[]): Promise<boolean> {
  const rows = await sql`
    select from source_loads where id = any (${loads}::integer[]) and confirmed_by is null limit 1`
  return rows.length > 0
}

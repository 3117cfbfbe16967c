import { Faults, type RecordForms } from '@assay/sources'
import { asJson, inTenant, type Sql, type TenantSql } from '@assay/store'
import { keepDifference } from '../in-place/load-difference.ts'
import type { ChangeCounts } from '../load.ts'
import { RefusedLoad, refuseFaults, type StagedRecords } from '../stage-load.ts'
import type { FormOffsets } from '../store-records.ts'
import { applyChanges } from './apply-changes.ts'
import { type ChangeLines, changesOfLines } from './change-lines.ts'
import type { ChangedRecords } from './changed-records.ts'
import { checkedChanges, mostKeyNames, pushedForms } from './checked-changes.ts'
import { copyRecords } from './copy-records.ts'
import { canonical, countsOf, formsOf, type LoadForms } from './records-of-load.ts'
import { ReducedChanges } from './reduced-changes.ts'

interface Staging {
  /** The load with the records that are changed; null for a source without a load. */
  readonly before: number | null
  readonly skipInvalid: boolean
  readonly signal: AbortSignal
  /** The changes, in the order in which they are applied. */
  readonly lines: readonly ChangeLines[]
  readonly changeSets: number
}

/** The number of changes in memory at a time. */
const changesAtOnce = 50_000

/**
 * Makes the records of a load of changes: the records of its base, with the changes applied. Either all of them are stored or none.
 * `settle` sets the next state of the load in the same transaction.
 * @throws RefusedLoad
 */
export async function stageChanges(
  sql: Sql,
  tenantId: number,
  loadKey: number,
  { before, skipInvalid, signal, lines, changeSets }: Staging,
  settle: (sql: TenantSql, staged: StagedRecords, changes: ChangeCounts) => Promise<void>,
): Promise<void> {
  await inTenant(
    sql,
    tenantId,
    async (scoped) => {
      const { forms, keyNames, offsets } = withPushedForms(before === null ? undefined : await formsOf(scoped, before))
      const faults = new Faults()
      const keys = new Set(keyNames)
      const totals = { changeSets, upserts: 0, deletions: 0, absentDeletions: 0, endedRecords: 0 }
      let reduced = new ReducedChanges()
      let target: ChangedRecords | undefined
      const flush = async (isLast: boolean) => {
        signal.throwIfAborted()
        const asked = [...reduced.records.values()].filter(({ asksBefore }) => asksBefore).length
        target ??= await targetOf(scoped, { before, loadKey }, isLast && reduced.isOfGrants)
        const { found, ended } = await applyChanges(scoped, tenantId, target, { forms, offsets }, reduced)
        totals.upserts += reduced.upserts
        totals.deletions += reduced.deletions + found
        totals.absentDeletions += reduced.absentDeletions + asked - found
        totals.endedRecords += reduced.endedRecords + ended
        reduced = new ReducedChanges()
      }
      for (const each of lines) {
        for await (const change of checkedChanges(changesOfLines(each, faults), each.name, faults)) {
          if (change.kind === 'identity') for (const key of keyNamesOf(change.record)) keys.add(key)
          reduced.add(change)
          if (reduced.size >= changesAtOnce) await flush(false)
        }
      }
      refuseFaults(faults, skipInvalid, [])
      if (keys.size > mostKeyNames) {
        throw new RefusedLoad(
          `People of a source have at most ${mostKeyNames} different keys, and these have ${keys.size}`,
          faults,
          [],
        )
      }
      if (reduced.size > 0) await flush(true)
      if (totals.upserts + totals.deletions + totals.absentDeletions === 0) {
        throw new RefusedLoad('The files contain no change; give one on each line', faults, [])
      }
      await scoped`
        update source_loads set forms = ${asJson(scoped, { ...forms, keyNames: [...keys] })} where id = ${loadKey}`
      if (target?.recordsLoad !== loadKey && before !== null) await keepDifference(scoped, loadKey, before)
      const counts = await countsOf(scoped, loadKey)
      await settle(scoped, { counts, report: reportOf(totals), faults }, totals)
    },
    { signal },
  )
}

/**
 * Determines which records are changed. When only grants change, the records before stay in place and the load stores which of them
 * go, so that the time depends on the number of changes. Otherwise the load gets a copy of all records.
 */
async function targetOf(
  sql: TenantSql,
  { before, loadKey }: { readonly before: number | null; readonly loadKey: number },
  isOfGrants: boolean,
): Promise<ChangedRecords> {
  if (before === null) return { recordsLoad: loadKey, loadKey }
  if (isOfGrants) {
    await sql`update source_loads set records_of = ${before} where id = ${loadKey}`
    return { recordsLoad: before, loadKey }
  }
  await copyRecords(sql, before, loadKey)
  return { recordsLoad: loadKey, loadKey }
}

function reportOf({ changeSets, upserts, deletions, absentDeletions, endedRecords }: ChangeCounts): string[] {
  const sets = changeSets === 0 ? '' : ` in ${changeSets} change sets`
  return [
    `${upserts} upserts and ${deletions + absentDeletions} deletions${sets}`,
    ...(absentDeletions > 0 ? [`${absentDeletions} deletions of what was not there`] : []),
    ...(endedRecords > 0 ? [`${endedRecords} records ended with what was deleted`] : []),
  ]
}

/** The forms of change sets come last, and are stored once, however often changes are based on changes. */
function withPushedForms(before: LoadForms | undefined): LoadForms & { forms: RecordForms; offsets: FormOffsets } {
  const { people, accounts, grants, usage, keyNames } = before ?? { ...noForms, keyNames: [] }
  const joined = {
    people: appended(people, pushedForms.people),
    accounts: appended(accounts, pushedForms.accounts),
    grants: appended(grants, pushedForms.grants),
    usage: appended(usage, pushedForms.usage),
  }
  const forms = {
    people: joined.people.all,
    accounts: joined.accounts.all,
    grants: joined.grants.all,
    usage: joined.usage.all,
  }
  const offsets = {
    people: joined.people.offset,
    accounts: joined.accounts.offset,
    grants: joined.grants.offset,
    usage: joined.usage.offset,
  }
  return { ...forms, keyNames, forms, offsets }
}

const noForms: RecordForms = { people: [], accounts: [], grants: [], usage: [] }

function appended<T>(
  forms: readonly T[],
  pushed: readonly T[],
): { readonly all: readonly T[]; readonly offset: number } {
  const last = forms.slice(Math.max(0, forms.length - pushed.length))
  if (canonical(last) === canonical(pushed)) return { all: forms, offset: forms.length - pushed.length }
  return { all: [...forms, ...pushed], offset: forms.length }
}

function keyNamesOf(record: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return Array.isArray(record?.keys) ? record.keys.map(([name]) => String(name)) : []
}

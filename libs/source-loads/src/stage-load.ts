import {
  type AccessMap,
  Faults,
  type InputFile,
  placed,
  type Recognised,
  recogniseFiles,
  SourceRecords,
  unreadColumns,
} from '@assay/sources'
import { asJson, inTenant, type Sql, type TenantSql } from '@assay/store'
import type { CopiedGrants } from './copied-grants.ts'
import { SpooledGrantBlocks } from './grant-blocks.ts'
import type { LoadCounts, LoadReading } from './load.ts'
import { lossesOf, withoutRepeatedLosses } from './repeated-losses.ts'
import { storeRecords } from './store-records.ts'

interface Staging {
  readonly files: readonly InputFile[]
  /** Files that were left out because others have the same content: lines for the report. */
  readonly repeated: readonly string[]
  readonly maps: readonly AccessMap[]
  readonly reading: LoadReading
  readonly skipInvalid: boolean
  readonly temporaryFolder: string
  readonly signal: AbortSignal
  /** Called with the phase, and with the number of records so far. */
  readonly onRecords?: (phase: string, done: number) => void
  /** See `mostSharedGrants` of `copied-grants.ts`. */
  readonly mostSharedGrants?: number
}

export interface StagedRecords {
  readonly counts: LoadCounts
  readonly report: readonly string[]
  readonly faults: Faults
}

interface StagedWhole extends StagedRecords {
  /** The caller's `settle` must attach them. */
  readonly grants: CopiedGrants
}

/** The data have faults; nothing of them is stored. */
export class RefusedLoad extends Error {
  override readonly name = 'RefusedLoad'
  readonly faults: Faults
  readonly report: readonly string[]

  constructor(message: string, faults: Faults, report: readonly string[]) {
    super(message)
    this.faults = faults
    this.report = report
  }
}

/**
 * Reads the files of a load with the maps that fit them, and stores the records, all of them or none. `settle` sets the next state
 * of the load in the same transaction. A worker that died left no records, since it had not committed.
 * @throws RefusedLoad
 */
export async function stageRecords(
  sql: Sql,
  tenantId: number,
  loadKey: number,
  staging: Staging,
  settle: (sql: TenantSql, staged: StagedWhole) => Promise<void>,
): Promise<void> {
  const { encoding, delimiter, split } = staging.reading
  const faults = new Faults()
  const recognised = await recogniseFiles(staging.files, staging.maps, {
    temporaryFolder: staging.temporaryFolder,
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
  })
  for (const fault of recognised.faults) faults.addFatal(fault)
  const losses = lossesOf(recognised)
  const report = reportOf(recognised, losses)
  addUnmapped(recognised, faults)
  if (recognised.sources.length === 0 && faults.count === 0) {
    const looks = recognised.others.map(({ name, look }) => `${name}: ${look}`)
    throw new RefusedLoad(`No file holds access data that a map takes. ${looks.join('; ')}`.trim(), faults, report)
  }
  refuseFaults(faults, staging.skipInvalid, report)
  const blocks = await SpooledGrantBlocks.open(staging.temporaryFolder)
  const stored = inTenant(
    sql,
    tenantId,
    async (scoped) => {
      const records = recognised.sources.map(
        (source) => new SourceRecords(source, { faults, ...(split === undefined ? {} : { split }) }),
      )
      const { counts, forms, keyNames, grants } = await storeRecords(scoped, tenantId, loadKey, records, {
        ...staging,
        blocks,
      })
      for (const { leftOut, warnings } of records) {
        report.push(...[...leftOut].map(([reason, rows]) => `${rows} rows left out: ${reason}`), ...warnings)
      }
      refuseFaults(faults, staging.skipInvalid, report)
      if (Object.values(counts).every((count) => count === 0)) {
        throw new RefusedLoad('The files contain no record; deliver others, or delete the source', faults, report)
      }
      await scoped`
        update source_loads set forms = ${asJson(scoped, { ...forms, keyNames })} where id = ${loadKey}`
      const shown = await withoutRepeatedLosses(scoped, loadKey, report, losses)
      await settle(scoped, { counts, report: [...shown, ...staging.repeated], faults, grants })
    },
    { signal: staging.signal },
  )
  await stored.finally(() => blocks.close())
}

/** @throws RefusedLoad when there are faults and rows cannot be left out */
export function refuseFaults(faults: Faults, skipInvalid: boolean, report: readonly string[]): void {
  if (!faults.isFatal && (faults.count === 0 || skipInvalid)) return
  const [first] = faults.first
  const where = first === undefined ? '' : placed(first)
  const message =
    faults.count === 1 ? `The load has one fault. ${where}` : `The load has ${faults.count} faults. The first: ${where}`
  throw new RefusedLoad(message, faults, report)
}

/** Adds a fault for each file with rows that no map reads, since its data would be lost without notice. */
function addUnmapped({ unmapped, sources }: Recognised, faults: Faults): void {
  for (const { part, nearest } of unmapped) {
    if (sources.some(({ parts }) => parts.some((taken) => sharesFile(taken.part.name, part.name)))) continue
    const near = nearest.map(({ map, missing }) => `; the map ${map} comes near, and needs ${missing.join(', ')} too`)
    faults.addFatal({
      file: part.name,
      at: 0,
      column: '',
      reason: `is ${part.look}, and no map takes it${near.join('')}. Leave the file out, or give the source a map`,
    })
  }
}

/** Whether both are parts of one workbook or archive; some parts of such a file may be left out. */
function sharesFile(one: string, other: string): boolean {
  const fileOf = (name: string) => /^.*?\.(zip|xlsx|tar|gz)(?=[/[]|$)/i.exec(name)?.[0] ?? name
  return fileOf(one) === fileOf(other)
}

/** The maximum number of columns that a report names. */
const mostUnread = 50

function reportOf({ sources, unmapped, others }: Recognised, losses: ReturnType<typeof lossesOf>): string[] {
  return [
    ...sources.flatMap(({ map, parts }) =>
      parts.flatMap(({ part, inputs }) => {
        const unread = unreadColumns(part, map, inputs).slice(0, mostUnread)
        return [
          `${part.name}: ${part.look}, read by the map ${map.name} (${inputs.map(({ name }) => name).join(', ')})`,
          ...(unread.length === 0 ? [] : [`${part.name}: the map ${map.name} does not read ${unread.join(', ')}`]),
        ]
      }),
    ),
    ...[...losses.values()].flat(),
    ...unmapped.map(({ part }) => `${part.name}: left out, it is ${part.look} that no map takes`),
    ...others.map(({ name, look }) => `${name}: left out, it is ${look}`),
  ]
}

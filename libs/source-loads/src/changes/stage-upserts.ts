import { Faults, type InputFile, readyMap, recogniseFiles, SourceRecords } from '@assay/sources'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { attachGrants } from '../copied-grants.ts'
import type { ChangeCounts } from '../load.ts'
import { RefusedLoad, refuseFaults, type StagedRecords } from '../stage-load.ts'
import { storeRecords } from '../store-records.ts'
import { addRecordsBefore } from './add-records-before.ts'
import { countsOf } from './records-of-load.ts'

interface Staging {
  /** The load with the records that are added to; null for a source without a load. */
  readonly before: number | null
  /** The ready map that reads the files, whichever of its inputs they are. */
  readonly map: string
  readonly files: readonly InputFile[]
  readonly temporaryFolder: string
  readonly signal: AbortSignal
}

/**
 * Makes the records of a load from its files and from its base: records with the same key are replaced, grants are added, and
 * nothing is deleted. Either all of them are stored or none.
 * @throws RefusedLoad
 */
export async function stageUpserts(
  sql: Sql,
  tenantId: number,
  loadKey: number,
  { before, map, files, temporaryFolder, signal }: Staging,
  settle: (sql: TenantSql, staged: StagedRecords, changes: ChangeCounts) => Promise<void>,
): Promise<void> {
  const faults = new Faults()
  const ready = readyMap(map)
  // A delivery of changes may lack any of the inputs.
  const maps =
    ready === undefined ? [] : [{ ...ready, inputs: ready.inputs.map((one) => ({ ...one, optional: true })) }]
  const { sources, unmapped, others, ...recognised } = await recogniseFiles(files, maps, { temporaryFolder })
  for (const fault of recognised.faults) faults.addFatal(fault)
  refuseFaults(faults, false, [])
  const strange = unmapped[0]?.part.name ?? others[0]?.name
  if (strange !== undefined) throw new RefusedLoad(`${strange}: the map ${map} does not take it`, faults, [])
  await inTenant(
    sql,
    tenantId,
    async (scoped) => {
      const records = sources.map((source) => new SourceRecords(source, { faults }))
      const { counts, grants, ...forms } = await storeRecords(scoped, tenantId, loadKey, records)
      refuseFaults(faults, false, [])
      await attachGrants(scoped, loadKey, grants)
      if (before !== null) await addRecordsBefore(scoped, before, loadKey, forms)
      const upserts = Object.values(counts).reduce((sum, count) => sum + count, 0)
      const changes = { changeSets: 0, upserts, deletions: 0, absentDeletions: 0, endedRecords: 0 }
      const report = [`${upserts} upserts, read by the map ${map}`]
      await settle(scoped, { counts: await countsOf(scoped, loadKey), report, faults }, changes)
    },
    { signal },
  )
}

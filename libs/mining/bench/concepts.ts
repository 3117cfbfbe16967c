import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goaled } from './cohorts.ts'
import { mineInFreshProcess } from './fresh-process.ts'
import { judgeRoles, type Role, withRoles } from './judge-roles.ts'
import { type Measure, printMeasures, scan, secondsOf } from './measure.ts'
import { plantedSnapshot } from './planted-snapshot.ts'
import { type ScatteredRoles, scatteredRoles } from './scattered-roles.ts'
import { withFolder, writeSnapshot } from './snapshot-file.ts'

/**
 * Population mining: potential roles of two planted organisations, one whose roles follow attributes (which the miner
 * is not told), one whose roles follow nothing. Each is mined in a process of its own, so that the memory is that of
 * the miner. The scan (the sum of all grants, 25 times, one thread) tells how fast the machine was just then.
 */
export async function benchConcepts({ scale }: { readonly scale: 'small' | 'full' }): Promise<Measure[]> {
  const identityCount = scale === 'full' ? 100_000 : 10_000
  const limits = { seconds: scale === 'full' ? 5 : undefined, memoryMb: undefined }
  return [
    ...(await mined('by attributes', () => withRoles(plantedSnapshot(identityCount)), limits)),
    ...(await mined('scattered', () => scatteredRoles(identityCount), limits)),
  ]
}

/** 1 million identities. */
export function benchHugeConcepts(): Promise<Measure[]> {
  return mined('scattered', () => scatteredRoles(1_000_000), { seconds: 60, memoryMb: 4096 })
}

interface Limits {
  readonly seconds: number | undefined
  readonly memoryMb: number | undefined
}

async function mined(about: string, make: () => ScatteredRoles, limits: Limits): Promise<Measure[]> {
  return withFolder(async (folder) => {
    const file = join(folder, 'snapshot')
    const { parts, roles: planted } = make()
    await writeSnapshot(parts, file)
    const bare = await secondsOf(() => scan(parts.rowEntitlement, 25))
    const { mineSeconds, memoryMb } = await mineInFreshProcess('roles', file, join(folder, 'roles'))
    const roles = JSON.parse(await readFile(join(folder, 'roles'), 'utf8')) as Role[]
    const judged = judgeRoles(planted, roles, 20)
    return [
      { measure: `${about}: grants`, value: parts.rowEntitlement.length, unit: '' },
      { measure: `${about}: entitlements`, value: parts.entitlementKey.length, unit: '' },
      { measure: `${about}: 25 bare scans`, value: bare, unit: 's' },
      goaled(`${about}: check and mine, 2 threads, fresh process`, mineSeconds, 's', limits.seconds),
      goaled(`${about}: memory of the process`, memoryMb, 'MB', limits.memoryMb),
      { measure: `${about}: planted roles of 20 members and more`, value: judged.planted, unit: '' },
      { measure: `${about}: found`, value: judged.found, unit: '' },
      { measure: `${about}: spurious`, value: judged.spurious, unit: '' },
      { measure: `${about}: F1`, value: judged.f1, unit: '', goal: { atLeast: 0.95 } },
    ]
  })
}

// By itself: node libs/mining/bench/concepts.ts [small | huge]
if (import.meta.main) {
  const [scale] = process.argv.slice(2)
  printMeasures(
    scale === 'huge' ? await benchHugeConcepts() : await benchConcepts({ scale: scale === 'small' ? 'small' : 'full' }),
  )
}

import { join } from 'node:path'
import { combinationsOfLevel, concludePopulation } from '../src/cohort-analysis.ts'
import { combinationKey } from '../src/combinations.ts'
import { countCombination } from '../src/count-cohorts.ts'
import type { CountedCombination } from '../src/counted-combination.ts'
import {
  mineCohorts,
  mineCohortsInThreads,
  readSnapshot,
  resolveSettings,
  type Snapshot,
  transpose,
} from '../src/index.ts'
import { type PopulationGraph, preparePopulation } from '../src/population.ts'
import { mineInFreshProcess, plantInFreshProcess } from './fresh-process.ts'
import { type Measure, printMeasures, scan, secondsOf } from './measure.ts'
import { readFileShared, withFolder } from './snapshot-file.ts'

/**
 * Cohort mining of a planted organisation, against the bare scan of the same grants (their sum, once for each
 * combination, one thread), interleaved; told is the least of nine rounds of each, since whatever else the machine does
 * only adds. What is made, encoded, and mined for the first time has a process of its own,
 * so that the memory of each is its own. "Mining only" is counting all combinations and choosing the suggestions, one
 * thread: the grants lie ready (loaded, checked, reduced to one population) as they do for the scan.
 */
export async function benchCohorts({ scale }: { readonly scale: 'full' | 'small' }): Promise<Measure[]> {
  const isFull = scale === 'full'
  return withFolder(async (folder) => {
    const file = join(folder, 'snapshot')
    const planted = await plantInFreshProcess(isFull ? 100_000 : 10_000, file)
    const fresh = await mineInFreshProcess('cohorts', file, join(folder, 'unused'))
    const { grants } = planted
    return [
      { measure: 'identities', value: planted.identities, unit: '' },
      { measure: 'entitlements', value: planted.entitlements, unit: '' },
      { measure: 'grants', value: grants, unit: '' },
      { measure: 'encode', value: planted.encodeSeconds, unit: 's' },
      goaled('encode: memory of the process', planted.encodeMemoryMb, 'MB', isFull ? 500 : undefined),
      goaled('snapshot, bytes a grant', planted.bytes / grants, 'B', 12),
      goaled(
        'load and mine, 2 threads, fresh process',
        fresh.loadSeconds + fresh.mineSeconds,
        's',
        isFull ? 10 : undefined,
      ),
      goaled('load and mine: memory of the process', fresh.memoryMb, 'MB', isFull ? 1000 : undefined),
      goaled(
        'snapshot and all working memory, bytes a grant',
        ((fresh.memoryMb - fresh.emptyMb) * 2 ** 20) / grants,
        'B',
        isFull ? 24 : undefined,
      ),
      ...(await compareWithScan(await readFileShared(file))),
    ]
  })
}

/** 1 million identities, each step in a process of its own. */
export async function benchHugeCohorts(): Promise<Measure[]> {
  return withFolder(async (folder) => {
    const file = join(folder, 'snapshot')
    const { identities, entitlements, grants, bytes } = await plantInFreshProcess(1_000_000, file)
    const fresh = await mineInFreshProcess('cohorts', file, join(folder, 'unused'))
    return [
      { measure: 'identities', value: identities, unit: '' },
      { measure: 'entitlements', value: entitlements, unit: '' },
      { measure: 'grants', value: grants, unit: '' },
      goaled('snapshot, bytes a grant', bytes / grants, 'B', 12),
      { measure: 'load', value: fresh.loadSeconds, unit: 's' },
      goaled('check and mine, 2 threads', fresh.mineSeconds, 's', 30),
      goaled('memory of the process', fresh.memoryMb, 'MB', 4096),
      goaled(
        'snapshot and all working memory, bytes a grant',
        ((fresh.memoryMb - fresh.emptyMb) * 2 ** 20) / grants,
        'B',
        24,
      ),
    ]
  })
}

async function compareWithScan(buffer: SharedArrayBuffer): Promise<Measure[]> {
  const readSeconds = await secondsOf(() => readSnapshot(buffer))
  const snapshot = readSnapshot(buffer)
  const settings = resolveSettings()
  const { populations, suggestions, rejected } = mineCohorts(snapshot)
  const combinations = populations.reduce((sum, p) => sum + p.combinationsAnalyzed, 0)
  const scans: number[] = []
  const prepares: number[] = []
  const counts: number[] = []
  const chooses: number[] = []
  const doubles: number[] = []
  // The same grants in every round, as the scan has them.
  const graph = peopleOf(snapshot)
  for (let round = 0; round < 9; round++) {
    scans.push(await secondsOf(() => scan(snapshot.rowEntitlement, combinations)))
    let counted: CountedCombination[] = []
    counts.push(await secondsOf(() => (counted = countAll(snapshot, graph))))
    chooses.push(await secondsOf(() => concludePopulation(snapshot, graph, settings, counted)))
    prepares.push(await secondsOf(() => peopleOf(snapshot)))
    doubles.push(await secondsOf(() => mineCohortsInThreads(buffer, {}, { threads: 2 })))
  }
  const transposes: number[] = []
  for (let round = 0; round < 3; round++) transposes.push(await secondsOf(() => transpose(snapshot)))
  const bare = Math.min(...scans)
  const mining = Math.min(...counts.map((count, round) => count + chooses[round]!))
  return [
    { measure: 'read and check', value: readSeconds, unit: 's' },
    { measure: 'transpose', value: Math.min(...transposes), unit: 's' },
    { measure: 'combinations', value: combinations, unit: '' },
    { measure: 'cohorts analysed', value: populations.reduce((sum, p) => sum + p.cohortsAnalyzed, 0), unit: '' },
    { measure: 'suggestions before the cap', value: suggestions.length + rejected.beyond_max_suggestions, unit: '' },
    { measure: 'bare scan, once a combination', value: bare, unit: 's' },
    { measure: 'reduce to one population, 1 thread', value: Math.min(...prepares), unit: 's' },
    { measure: 'count, 1 thread', value: Math.min(...counts), unit: 's' },
    { measure: 'choose, 1 thread', value: Math.min(...chooses), unit: 's' },
    { measure: 'count, 1 thread, over the bare scan', value: Math.min(...counts) / bare, unit: 'times' },
    goaled('mining only (count and choose), 1 thread, over the bare scan', mining / bare, 'times', 4),
    { measure: 'from the buffer to the result, 2 threads', value: Math.min(...doubles), unit: 's' },
    {
      measure: 'from the buffer to the result, 2 threads, over the bare scan',
      value: Math.min(...doubles) / bare,
      unit: 'times',
    },
  ]
}

/** All combinations of a prepared population, as `mineCohorts` counts them. */
export function countAll(snapshot: Snapshot, graph: PopulationGraph): CountedCombination[] {
  const settings = resolveSettings()
  const counted = new Map<string, CountedCombination>()
  for (let level = 1; level <= settings.maxFilters; level++) {
    for (const combination of combinationsOfLevel(snapshot, graph, settings, [...counted.values()], level)) {
      counted.set(combinationKey(combination), countCombination(graph, settings, combination, counted))
    }
  }
  return [...counted.values()]
}

/** The people of a snapshot as the counting reads them. */
export function peopleOf(snapshot: Snapshot): PopulationGraph {
  return preparePopulation(snapshot, resolveSettings(), 'people')
}

export function goaled(measure: string, value: number, unit: string, atMost: number | undefined): Measure {
  return { measure, value, unit, ...(atMost !== undefined && { goal: { atMost } }) }
}

// By itself: node libs/mining/bench/cohorts.ts [small | huge]
if (import.meta.main) {
  const [scale] = process.argv.slice(2)
  printMeasures(
    scale === 'huge' ? await benchHugeCohorts() : await benchCohorts({ scale: scale === 'small' ? 'small' : 'full' }),
  )
}

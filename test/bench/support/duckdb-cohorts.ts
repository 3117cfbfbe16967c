import {
  encodeSnapshotToBuffer,
  mineCohortsInThreads,
  readSnapshot,
  resolveSettings,
  type Snapshot,
} from '@assay/mining'
import { DuckDBDataChunk, DuckDBInstance, INTEGER } from '@duckdb/node-api'
import { countAll, peopleOf } from '../../../libs/mining/bench/cohorts.ts'
import { secondsOf } from '../../../libs/mining/bench/measure.ts'
import { type CellSums, cellRadix, checksumModulus, plainCells } from '../../../libs/mining/bench/plain-counts.ts'
import { plantedSnapshot } from '../../../libs/mining/bench/planted-snapshot.ts'
import { concludePopulation } from '../../../libs/mining/src/cohort-analysis.ts'
import { combinationKey } from '../../../libs/mining/src/combinations.ts'
import type { CountedCombination } from '../../../libs/mining/src/counted-combination.ts'
import type { PopulationGraph } from '../../../libs/mining/src/population.ts'
import type { Measure } from './bench.ts'

const settings = resolveSettings()
const { minCohortSize, minCoverage } = settings

/**
 * Compares the cohort miner with DuckDB on two threads. Both answer the same question: for each combination of attributes, all cohorts with
 * enough members, and for each cohort every entitlement that at least the given share of it holds, with the number of holders. DuckDB has
 * loaded its tables, and the engine its snapshot; the time is that of the queries. "Mining only" is counting and choosing on one thread,
 * with the grants reduced before. The whole run also starts two threads, checks and reduces. Different answers are an error.
 *
 * DuckDB runs two forms of the query: a plain one, and one that gets the grants reduced and ordered by the engine.
 */
export async function benchAgainstDuckDb(
  identityCount: number,
  goal: number | undefined,
  say: (text: string) => void,
): Promise<Measure[]> {
  const buffer = encodeSnapshotToBuffer(plantedSnapshot(identityCount))
  const snapshot = readSnapshot(buffer)
  const graph = peopleOf(snapshot)
  let counted: CountedCombination[] = []
  const onlySeconds: number[] = []
  const mineSeconds: number[] = []
  const plainSeconds: number[] = []
  const helpedSeconds: number[] = []
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  try {
    const connection = await instance.connect()
    await load(connection, snapshot, graph)
    for (let round = 0; round < 2; round++) {
      for (let turn = 0; turn < 3; turn++) {
        onlySeconds.push(
          await secondsOf(() => {
            counted = countAll(snapshot, graph)
            concludePopulation(snapshot, graph, settings, counted)
          }),
        )
        mineSeconds.push(await secondsOf(() => mineCohortsInThreads(buffer, {}, { threads: 2 })))
      }
      const plainAnswers: CellSums[] = []
      const helpedAnswers: CellSums[] = []
      plainSeconds.push(
        await secondsOf(async () => {
          for (const combination of counted) plainAnswers.push(await ask(connection, graph, combination, plainQuestion))
        }),
      )
      helpedSeconds.push(
        await secondsOf(async () => {
          for (const combination of counted) {
            helpedAnswers.push(await ask(connection, graph, combination, helpedQuestion))
          }
        }),
      )
      if (round > 0) continue
      checkAnswers(graph, counted, helpedAnswers)
      const cells = checkAnswers(graph, counted, plainAnswers)
      say(`the engine and DuckDB agree on ${cells.toLocaleString('en')} cells of ${counted.length} combinations`)
    }
  } finally {
    instance.closeSync()
  }
  const plain = Math.min(...plainSeconds)
  const helped = Math.min(...helpedSeconds)
  const mine = Math.min(...mineSeconds)
  const only = Math.min(...onlySeconds)
  return [
    { measure: 'the same question to DuckDB, 2 threads', value: plain, unit: 's' },
    { measure: 'the same with the grants reduced and ordered for it', value: helped, unit: 's' },
    { measure: 'the engine beside it, whole run on 2 threads', value: mine, unit: 's' },
    {
      measure: 'DuckDB, 2 threads, over mining only, 1 thread',
      value: plain / only,
      unit: 'times',
      ...(goal !== undefined && { goal: { atLeast: goal } }),
    },
    { measure: 'DuckDB over the whole run of the engine, 2 threads each', value: plain / mine, unit: 'times' },
    { measure: 'DuckDB with reduced grants over mining only', value: helped / only, unit: 'times' },
    { measure: 'DuckDB with reduced grants over the whole run', value: helped / mine, unit: 'times' },
  ]
}

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>

async function load(connection: Connection, snapshot: Snapshot, graph: PopulationGraph): Promise<void> {
  const names = graph.attributes.map((_, position) => `, a${position} integer`)
  await connection.run(`create table persons (identity integer, person integer${names.join('')})`)
  await connection.run('create table grants (identity integer, entitlement integer)')
  await connection.run('create table kept (entitlement integer, kept integer)')
  await connection.run('create table reduced (person integer, kept integer)')
  const people = Uint32Array.from(graph.persons.keys())
  await append(connection, 'persons', [graph.persons, people, ...graph.attributes.map(({ column }) => column)])
  await append(connection, 'grants', [holders(snapshot.rowOffset), snapshot.rowEntitlement])
  await append(connection, 'kept', [graph.kept, Uint32Array.from(graph.kept.keys())])
  await append(connection, 'reduced', [holders(graph.rowOffset), graph.rowEntitlement])
}

/** The holder of each grant. */
function holders(rowOffset: Uint32Array): Uint32Array {
  const holder = new Uint32Array(rowOffset[rowOffset.length - 1]!)
  for (let i = 0; i + 1 < rowOffset.length; i++) holder.fill(i, rowOffset[i], rowOffset[i + 1])
  return holder
}

async function append(
  connection: Connection,
  table: string,
  columns: readonly (Uint16Array | Uint32Array | Int32Array)[],
) {
  const appender = await connection.createAppender(table)
  const types = columns.map(() => INTEGER)
  for (let start = 0; start < columns[0]!.length; start += 2048) {
    const end = Math.min(start + 2048, columns[0]!.length)
    const chunk = DuckDBDataChunk.create(types, end - start)
    chunk.setColumns(columns.map((column) => Array.from(column.subarray(start, end))))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

/** The plain query: over all grants. Common access and rare entitlements are left out at the end. */
function plainQuestion({ list, isKnown }: CombinationTerms): string {
  return `
    cohorts as (select ${list}, count(*) as size from persons where ${isKnown} group by ${list} having count(*) >= ${minCohortSize}),
    counts as (
      select ${list}, entitlement, count(*) as holders from grants join persons using (identity)
      where ${isKnown} group by ${list}, entitlement
    ), cells as (
      select ${list}, size, kept, holders from counts join cohorts using (${list}) join kept using (entitlement)
    )`
}

/** The easier query: over the grants that the engine counts, in its order, without small cohorts in the join. */
function helpedQuestion({ list, isKnown }: CombinationTerms): string {
  return `
    cohorts as (
      select row_number() over () as cohort, ${list}, count(*) as size
      from persons where ${isKnown} group by ${list} having count(*) >= ${minCohortSize}
    ), members as (
      select person, cohort from persons join cohorts using (${list})
    ), counts as (
      select cohort, kept, count(*) as holders from reduced join members using (person) group by cohort, kept
    ), cells as (
      select ${list}, size, kept, holders from counts join cohorts using (cohort)
    )`
}

interface CombinationTerms {
  /** Its columns, with commas. */
  readonly list: string
  /** SQL that is true for people who have a value in each column. */
  readonly isKnown: string
}

async function ask(
  connection: Connection,
  graph: PopulationGraph,
  counted: CountedCombination,
  question: (terms: CombinationTerms) => string,
): Promise<CellSums> {
  const columns = counted.combination.map((position) => `a${position}`)
  const radix = cellRadix(graph, counted)
  const number = [...columns, 'kept'].reduce(
    (text, column, i) => (i === 0 ? `${column}::bigint` : `(${text}) * ${radix[i]} + ${column}`),
    '',
  )
  const isKnown = columns.map((column) => `${column} >= 0`).join(' and ')
  const reader = await connection.runAndReadAll(`
    with ${question({ list: columns.join(', '), isKnown })}
    select count(*), sum(holders), sum((${number}) % ${checksumModulus} * holders)
    from cells where holders >= greatest(1, ceil(${minCoverage}::double * size - 1e-9))`)
  const [cells = 0, grants = 0, checksum = 0] = reader.getRows()[0]!.map(Number)
  return { cells, grants, checksum }
}

function checkAnswers(graph: PopulationGraph, counted: readonly CountedCombination[], answers: readonly CellSums[]) {
  const all = new Map(counted.map((combination) => [combinationKey(combination.combination), combination]))
  let cells = 0
  for (const [i, combination] of counted.entries()) {
    const plain = plainCells(graph, combination, all)
    if (JSON.stringify(plain) !== JSON.stringify(answers[i])) {
      throw new Error(`DuckDB answered ${JSON.stringify(answers[i])}, the engine ${JSON.stringify(plain)}`)
    }
    cells += plain.cells
  }
  return cells
}

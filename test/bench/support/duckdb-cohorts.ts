import { encodeSnapshotToBuffer, mineCohortsInThreads, readSnapshot, resolveSettings } from '@assay/mining'
import { DuckDBDataChunk, DuckDBInstance, INTEGER } from '@duckdb/node-api'
import { countAll, peopleOf } from '../../../libs/mining/bench/cohorts.ts'
import { secondsOf } from '../../../libs/mining/bench/measure.ts'
import { type CellSums, cellRadix, checksumModulus, plainCells } from '../../../libs/mining/bench/plain-counts.ts'
import { plantedSnapshot } from '../../../libs/mining/bench/planted-snapshot.ts'
import { type CountedCombination, combinationKey } from '../../../libs/mining/src/count-cohorts.ts'
import type { PopulationGraph } from '../../../libs/mining/src/population.ts'
import type { Measure } from './bench.ts'

/**
 * The cohort miner against DuckDB with two threads. The question is the same for both: for each combination of
 * attributes, all cohorts of enough members and every entitlement that the least share of the cohort holds, with the
 * number of holders. DuckDB gets the very grants that the engine counts, in the engine's order, already loaded; its time
 * is that of the queries. The engine's is the whole run on two threads from the snapshot's buffer on: it checks it,
 * reduces it, counts, and then also tests every cell and chooses suggestions. Answers that differ are an error.
 */
export async function benchAgainstDuckDb(
  identityCount: number,
  goal: number | undefined,
  say: (text: string) => void,
): Promise<Measure[]> {
  const buffer = encodeSnapshotToBuffer(plantedSnapshot(identityCount))
  const graph = peopleOf(readSnapshot(buffer))
  let counted: CountedCombination[] = []
  const countSeconds: number[] = []
  const mineSeconds: number[] = []
  const duckSeconds: number[] = []
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  try {
    const connection = await instance.connect()
    await load(connection, graph)
    let cells = 0
    for (let round = 0; round < 2; round++) {
      countSeconds.push(await secondsOf(() => (counted = countAll(graph))))
      mineSeconds.push(await secondsOf(() => mineCohortsInThreads(buffer, {}, { threads: 2 })))
      const answers: CellSums[] = []
      duckSeconds.push(
        await secondsOf(async () => {
          for (const combination of counted) answers.push(await ask(connection, graph, combination))
        }),
      )
      cells = round === 0 ? checkAnswers(graph, counted, answers) : cells
    }
    say(`the engine and DuckDB agree on ${cells.toLocaleString('en')} cells of ${counted.length} combinations`)
  } finally {
    instance.closeSync()
  }
  const duck = Math.min(...duckSeconds)
  const mine = Math.min(...mineSeconds)
  return [
    { measure: 'the same question to DuckDB, 2 threads', value: duck, unit: 's' },
    { measure: 'the engine beside it, whole run on 2 threads', value: mine, unit: 's' },
    {
      measure: 'DuckDB over the whole run of the engine, 2 threads each',
      value: duck / mine,
      unit: 'times',
      ...(goal !== undefined && { goal: { atLeast: goal } }),
    },
    { measure: 'DuckDB, 2 threads, over counting, 1 thread', value: duck / Math.min(...countSeconds), unit: 'times' },
  ]
}

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>

async function load(connection: Connection, graph: PopulationGraph): Promise<void> {
  const names = graph.attributes.map((_, position) => `, a${position} integer`)
  await connection.run(`create table persons (person integer${names.join('')})`)
  await connection.run('create table grants (person integer, entitlement integer)')
  const people = Uint32Array.from(graph.persons.keys())
  await append(connection, 'persons', [people, ...graph.attributes.map(({ column }) => column)])
  const holder = new Uint32Array(graph.rowEntitlement.length)
  for (const person of people) holder.fill(person, graph.rowOffset[person], graph.rowOffset[person + 1])
  await append(connection, 'grants', [holder, graph.rowEntitlement])
}

async function append(
  connection: Connection,
  table: string,
  columns: readonly (Uint16Array | Uint32Array | Int32Array)[],
) {
  const appender = await connection.createAppender(table)
  const types = columns.map(() => INTEGER)
  for (let start = 0; start < columns[0].length; start += 2048) {
    const end = Math.min(start + 2048, columns[0].length)
    const chunk = DuckDBDataChunk.create(types, end - start)
    chunk.setColumns(columns.map((column) => Array.from(column.subarray(start, end))))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

async function ask(connection: Connection, graph: PopulationGraph, counted: CountedCombination): Promise<CellSums> {
  const { minCohortSize, minCoverage } = resolveSettings()
  const columns = counted.combination.map((position) => `a${position}`)
  const list = columns.join(', ')
  const radix = cellRadix(graph, counted)
  const number = [...columns, 'entitlement'].reduce(
    (text, column, i) => (i === 0 ? `${column}::bigint` : `(${text}) * ${radix[i]} + ${column}`),
    '',
  )
  const reader = await connection.runAndReadAll(`
    with cohorts as (
      select row_number() over () as cohort, ${list}, count(*) as size
      from persons where ${columns.map((column) => `${column} >= 0`).join(' and ')}
      group by ${list} having count(*) >= ${minCohortSize}
    ), members as (
      select person, cohort from persons join cohorts using (${list})
    ), cells as (
      select cohort, entitlement, count(*) as holders from grants join members using (person) group by cohort, entitlement
    )
    select count(*), sum(holders), sum((${number}) % ${checksumModulus} * holders)
    from cells join cohorts using (cohort)
    where holders >= greatest(1, ceil(${minCoverage}::double * size - 1e-9))`)
  const [cells, grants, checksum] = reader.getRows()[0].map(Number)
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

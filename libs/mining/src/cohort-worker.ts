import { parentPort, workerData } from 'node:worker_threads'
import { lowerThisThread } from '@assay/threads'
import { combinationsOfLevel, concludePopulation } from './cohort-analysis.ts'
import { type Answer, controlSlots, type Order, type WorkerBirth } from './cohort-protocol.ts'
import { combinationKey } from './combinations.ts'
import { countCombination } from './count-cohorts.ts'
import type { CountedCombination } from './counted-combination.ts'
import { MiningError } from './mining-error.ts'
import { type PopulationGraph, preparePopulation } from './population.ts'
import { openSnapshot, readSnapshot } from './read-snapshot.ts'
import type { Snapshot } from './snapshot.ts'

lowerThisThread()
const { snapshotBuffer, settings, control } = workerData as WorkerBirth
const cells = new Int32Array(control)
const shouldStop = () => Atomics.load(cells, controlSlots.stop) === 1
let opened: Snapshot | undefined
let graph: PopulationGraph | undefined

parentPort?.on('message', (order: Order) => {
  const answer = (message: Answer) => parentPort?.postMessage(message)
  switch (order.kind) {
    case 'check':
      return answer(check())
    case 'prepare':
      return answer({ kind: 'prepared', graph: preparePopulation(snapshot(), settings, order.population) })
    case 'adopt':
      graph = order.graph
      return answer({ kind: 'adopted' })
    case 'plan':
      return answer({
        kind: 'planned',
        combinations: combinationsOfLevel(snapshot(), adopted(), settings, order.known, order.level),
      })
    case 'count': {
      const known = new Map(order.known.map((c) => [combinationKey(c.combination), c]))
      for (;;) {
        const task = Atomics.add(cells, controlSlots.next, 1)
        if (task >= order.combinations.length || shouldStop()) break
        const result: CountedCombination = countCombination(
          adopted(),
          settings,
          order.combinations[task]!,
          known,
          shouldStop,
        )
        answer({ kind: 'counted', task, result })
      }
      return answer({ kind: 'counted-all' })
    }
    case 'conclude':
      return answer({ kind: 'concluded', outcome: concludePopulation(snapshot(), adopted(), settings, order.known) })
  }
})

function adopted(): PopulationGraph {
  if (graph === undefined) throw new Error('an order came before the graph')
  return graph
}

/** Opens the snapshot on first use. Before `check` the buffer may not be a snapshot. */
function snapshot(): Snapshot {
  opened ??= openSnapshot(snapshotBuffer)
  return opened
}

function check(): Answer {
  try {
    opened = readSnapshot(snapshotBuffer)
    return { kind: 'checked' }
  } catch (error) {
    if (!(error instanceof MiningError)) throw error
    const { kind, field, expected, got } = error
    return { kind: 'checked', problem: { kind, field, expected, got } }
  }
}

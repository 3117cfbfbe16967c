import { Environment } from '@marcbachmann/cel-js'
import { isList, isMembers, type Value } from '../value.ts'
import { type Expression, RowFault } from './map.ts'
import type { MapNode } from './map-node.ts'

const longestExpression = 4_000
/** The cost of one row is bounded by the size of the expression: a loop walks through one list of the row. */
const mostNodes = 500
const mostLoops = 1
/** Longer texts are not cells, and functions would read them again and again. */
const longestText = 100_000

const loops = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

interface CelNode {
  readonly op: string
  readonly args: unknown
}

const environment = new Environment({ limits: { maxAstNodes: mostNodes, maxDepth: 50 } }).registerVariable(
  'row',
  'map<string, dyn>',
)

/** A CEL expression over `row`, a map of the row's columns. Missing columns are not an error inside `in` and `has`. */
export function celExpression(node: MapNode): Expression {
  const text = node.text()
  if (text.length > longestExpression) throw node.fail(`has more than ${longestExpression} characters`)
  let program: ReturnType<Environment['parse']>
  try {
    program = environment.parse(text)
  } catch (cause) {
    throw node.fail(firstLine(cause), { cause })
  }
  let loopCount = 0
  for (const name of callsOf(program.ast)) {
    if (name === 'matches') throw node.fail('"matches" is not offered here; use startsWith, endsWith or contains')
    if (loops.has(name) && ++loopCount > mostLoops) throw node.fail('has more than one loop; one is allowed')
  }
  const checked = program.check()
  if (!checked.valid) throw node.fail(firstLine(checked.error))
  return (row) => {
    const columns: Record<string, unknown> = {}
    for (const column of row.columns()) columns[column] = bounded(row.get(column), column)
    try {
      return plainValue(program({ row: columns }))
    } catch (cause) {
      throw new RowFault('', `the expression of the map fails: ${firstLine(cause)}`)
    }
  }
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] ?? ''
}

function* callsOf(node: unknown): Generator<string> {
  if (Array.isArray(node)) {
    for (const each of node) yield* callsOf(each)
  } else if (typeof node === 'object' && node !== null && 'op' in node) {
    const { op, args } = node as CelNode
    if ((op === 'call' || op === 'rcall') && Array.isArray(args)) yield String(args[0])
    yield* callsOf(args)
  }
}

function bounded(value: Value, column: string): unknown {
  if (typeof value === 'string' && value.length > longestText) {
    throw new RowFault(column, `has more than ${longestText} characters, too many for an expression`)
  }
  return value ?? ''
}

function plainValue(result: unknown): Value {
  if (result === null || result === undefined) return undefined
  if (typeof result === 'string') return result
  if (typeof result === 'bigint' || typeof result === 'number' || typeof result === 'boolean') return String(result)
  if (Array.isArray(result)) return result.map(plainValue)
  if (isMembers(result as Value) && !isList(result as Value)) return result as Value
  return String(result)
}

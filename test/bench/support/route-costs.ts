import { parsePathTemplate } from '../../../libs/transcoding/src/path-template.ts'
import { RouteTree } from '../../../libs/transcoding/src/route-tree.ts'
import { median } from './bench.ts'

interface RouteCosts {
  readonly nanoseconds: number
  /** The bytes that one match allocates. */
  readonly bytes: number
}

/** The cost of finding the rule of a path, among this number of rules of the usual shapes. */
export function routeCosts(ruleCount: number): RouteCosts {
  const tree = new RouteTree<number>()
  const paths: [method: string, path: string][] = []
  const shapes: [method: string, template: string, path: string][] = [
    ['GET', '/v1/{parent=projects/*}/#', '/v1/projects/p-17/#'],
    ['POST', '/v1/{parent=projects/*}/#', '/v1/projects/p-17/#'],
    ['GET', '/v1/{name=projects/*/#/*}', '/v1/projects/p-17/#/some-thing'],
    ['DELETE', '/v1/{name=projects/*/#/*}', '/v1/projects/p-17/#/some-thing'],
    ['POST', '/v1/{name=projects/*/#/*}:cancel', '/v1/projects/p-17/#/some-thing:cancel'],
  ]
  for (let rule = 0; rule < ruleCount; rule++) {
    const [method, template, path] = shapes[rule % shapes.length]!
    const collection = `collection${Math.floor(rule / shapes.length)}`
    tree.add(method, parsePathTemplate(template.replace('#', collection)), rule)
    paths.push([method, path.replace('#', collection)])
  }
  const matches = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const [method, path] = paths[(index * 7919) % paths.length]!
      if (tree.find(method, path).kind !== 'found') throw new Error(`${path} was not found`)
    }
  }
  matches(100_000)
  return { nanoseconds: timeOf(matches), bytes: allocatedBy(matches) }
}

/** The median of short measurements, so that other work on the machine affects few of them. */
function timeOf(matches: (count: number) => void): number {
  const count = 2000
  const found = Array.from({ length: 101 }, () => {
    const start = performance.now()
    matches(count)
    return ((performance.now() - start) * 1e6) / count
  })
  return median(found)
}

/** The median of several short measurements, because a garbage collection in between would hide allocated memory. */
function allocatedBy(matches: (count: number) => void): number {
  const count = 500
  const found = Array.from({ length: 51 }, () => {
    const before = process.memoryUsage().heapUsed
    matches(count)
    return (process.memoryUsage().heapUsed - before) / count
  })
  return median(found)
}

import { expect, test } from 'vitest'
import { importsOf, read, shipped, sourcesOf, targetOf } from './modules.ts'

const sources = shipped.flatMap(sourcesOf)

/** The imports of each source, including types and modules that it starts as threads. */
const imported: ReadonlyMap<string, readonly string[]> = new Map(
  sources.map((file) => {
    const targets = importsOf(read(file)).map(({ specifier }) => targetOf(specifier, file))
    return [file, [...new Set(targets.filter((target) => target !== undefined))]]
  }),
)

test('no file imports itself indirectly, not even for a type', () => {
  expect(circlesIn(imported)).toEqual([])
})

test.each([
  { name: 'a chain', graph: { a: ['b'], b: ['c'], c: [] }, circles: [] },
  { name: 'two ways to one end', graph: { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, circles: [] },
  { name: 'a file that imports itself', graph: { a: ['a'] }, circles: ['a -> a'] },
  { name: 'a circle behind a chain', graph: { a: ['b'], b: ['c'], c: ['b'] }, circles: ['b -> c -> b'] },
  {
    name: 'two circles of one file',
    graph: { a: ['b', 'c'], b: ['a'], c: ['a'] },
    circles: ['a -> b -> a', 'a -> c -> a'],
  },
])('$name', ({ graph, circles }) => {
  expect(circlesIn(new Map(Object.entries(graph)))).toEqual(circles)
})

/** Circles of a graph, such as `a -> b -> a`: at least one for each set of files that import each other directly or indirectly. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = []
  const path: string[] = []
  const done = new Set<string>()
  const visit = (file: string): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const target of graph.get(file) ?? []) visit(target)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return circles
}

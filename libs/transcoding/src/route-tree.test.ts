import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type PathTemplate, parsePathTemplate } from './path-template.ts'
import { RouteTree } from './route-tree.ts'

const methods = ['GET', 'POST']
const literals = ['a', 'b']
const segment = fc.constantFrom(...literals, '*')
const template = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean(), fc.constantFrom('', '', ':do', ':x:y'))
  .filter(([segments, hasRest]) => segments.length > 0 || hasRest)
  .map(([segments, hasRest, verb]) => `/${[...segments, ...(hasRest ? ['**'] : [])].join('/')}${verb}`)
const route = fc.record({ method: fc.constantFrom(...methods), template })
const path = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'c', '', 'c:do', '%61'), { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '', ':do', ':x:y', ':y', ':'),
  )
  .map(([segments, verb]) => `/${segments.join('/')}${verb}`)

test('the tree finds what trying every template in the order of precedence finds', () => {
  fc.assert(
    fc.property(fc.array(route, { maxLength: 12 }), path, fc.constantFrom(...methods), (routes, target, method) => {
      const tree = new RouteTree<string>()
      const known = new Map<string, { method: string; template: PathTemplate }>()
      for (const each of routes) {
        const name = `${each.method} ${each.template}`
        const parsed = parsePathTemplate(each.template)
        if (tree.add(each.method, parsed, name) === undefined)
          known.set(name, { method: each.method, template: parsed })
      }
      const found = tree.find(method, target)
      const expected = search(known, method, target)
      expect(found.kind === 'found' ? found.entry : found.kind === 'none' ? 'none' : found.allowed.join()).toBe(
        expected,
      )
    }),
    { numRuns: 3000, seed: 7 },
  )
})

/** The slow, obvious twin: it compares every template segment by segment, and takes the best one that fits. */
function search(
  known: ReadonlyMap<string, { method: string; template: PathTemplate }>,
  method: string,
  target: string,
): string {
  const verbs = [...known.values()].map(({ template: { verb } }) => verb).filter((verb) => verb !== '')
  const last = target.slice(target.lastIndexOf('/') + 1)
  const verb = verbs.filter((each) => last.endsWith(`:${each}`)).sort((a, b) => b.length - a.length)[0] ?? ''
  const plain = verb === '' ? target : target.slice(0, -verb.length - 1)
  const segments = plain.length <= 1 ? [] : plain.slice(1).split('/')
  const fitting = [...known]
    .filter(([, each]) => each.template.verb === verb)
    .map(([name, each]) => ({ name, ...each, rank: rankOf(each.template, segments) }))
    .filter((each) => each.rank !== undefined)
  const own = fitting.filter((each) => each.method === method).sort((a, b) => (a.rank! < b.rank! ? -1 : 1))
  if (own.length > 0) return own[0]!.name
  const allowed = new Set(fitting.map((each) => each.method))
  if (allowed.has('GET')) allowed.add('HEAD')
  return allowed.size === 0 ? 'none' : [...allowed].sort().join()
}

/**
 * A text that sorts by priority: for each segment a literal, then a wildcard, then the rest; an end comes before an empty rest.
 */
function rankOf({ segments: wanted }: PathTemplate, given: readonly string[]): string | undefined {
  let rank = ''
  for (const [index, segment] of wanted.entries()) {
    if (segment.kind === 'rest') return `${rank}2`
    const text = given[index]
    if (text === undefined || text === '') return undefined
    if (segment.kind === 'literal' && decodeURIComponent(text) !== segment.text) return undefined
    rank += segment.kind === 'literal' ? '0' : '1'
  }
  return given.length === wanted.length ? rank : undefined
}

test('a search among many routes reads no more of a path than the longest template has', () => {
  const tree = new RouteTree<number>()
  for (let index = 0; index < 500; index++) tree.add('GET', parsePathTemplate(`/v1/r${index}/{a}/x/{b}`), index)
  const long = `/v1/r7/${'/'.repeat(64_000)}`
  const indexOf = vi.spyOn(String.prototype, 'indexOf')
  try {
    expect(tree.find('GET', long).kind).toBe('none')
    expect(indexOf.mock.contexts.filter((text) => String(text) === long).length).toBeLessThan(10)
  } finally {
    indexOf.mockRestore()
  }
})

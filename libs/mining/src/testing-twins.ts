import { isPlaceholder } from './attribute-values.ts'
import type { CohortMiningSettings } from './cohort-settings.ts'
import type { CountedCombination } from './count-cohorts.ts'
import type { PopulationGraph } from './population.ts'
import type { Snapshot } from './snapshot.ts'

/** A cohort as the plain twin sees it: identity ordinals, and [entitlement, holders] for those that passed. */
export interface PlainCohort {
  readonly attributes: readonly string[]
  readonly members: readonly number[]
  readonly cells: readonly (readonly number[])[]
}

/**
 * The slow, obvious twin of `countCombination` over all levels: sets, strings and loops over everything, written from
 * the definition in docs/mining.md. It knows only people and takes every attribute that is neither nearly constant nor
 * nearly unique.
 */
export function plainlyCount(snapshot: Snapshot, settings: CohortMiningSettings): PlainCohort[] {
  const people = range(snapshot.identityCount).filter(
    (i) => snapshot.identityStatus[i] === 0 && snapshot.identityType[i] === 0,
  )
  if (people.length < settings.minCohortSize) return []
  const held = range(snapshot.identityCount).map(
    (i) => new Set(snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1])),
  )
  const holdersIn = (list: readonly number[], e: number) => list.filter((i) => held[i].has(e)).length
  const cellOf = (attribute: number, identity: number): string | undefined => {
    const { column, values } = snapshot.attributes[attribute]
    const value = column[identity] < 0 ? '' : values[column[identity]]
    return isPlaceholder(value) ? undefined : value.trim()
  }
  const attributes = range(snapshot.attributes.length).filter((a) => {
    const values = people.map((i) => cellOf(a, i)).filter((v) => v !== undefined)
    const sizes = [...Map.groupBy(values, (v) => v).values()].map((group) => group.length)
    const largest = Math.max(0, ...sizes)
    return largest < 0.98 * people.length && largest >= settings.minCohortSize && sizes.length <= 0.5 * values.length
  })
  const fewest = Math.ceil(settings.minCoverage * settings.minCohortSize - 1e-9)
  const entitlements = range(snapshot.entitlementCount).filter((e) => {
    const holders = holdersIn(people, e)
    return holders >= fewest && holders / people.length < settings.commonAccessShare
  })
  const cohorts: (PlainCohort & { readonly filters: ReadonlyMap<number, string> })[] = []
  for (let level = 1; level <= settings.maxFilters; level++) {
    for (const combination of subsets(attributes, level)) {
      const inAll = people.filter((i) => combination.every((a) => cellOf(a, i) !== undefined))
      const groups = Map.groupBy(inAll, (i) => JSON.stringify(combination.map((a) => cellOf(a, i))))
      for (const members of groups.values()) {
        if (members.length < settings.minCohortSize) continue
        const filters = new Map(combination.map((a) => [a, cellOf(a, members[0]) as string]))
        const general = cohorts.filter(
          (c) => c.filters.size < level && [...c.filters].every(([a, value]) => filters.get(a) === value),
        )
        const isRepeated = general.some((c) => c.filters.size === level - 1 && c.members.length === members.length)
        const cells = entitlements
          .map((e) => [e, holdersIn(members, e)])
          .filter(([e, c]) => !isRepeated && passes(e, c, members))
          .filter(([e]) => !general.some((g) => g.cells.some(([other]) => other === e)))
          .filter(([e]) => attributes.every((a) => combination.includes(a) || !hasBarePart(e, members, a, combination)))
        cohorts.push({ attributes: combination.map((a) => snapshot.attributes[a].key), members, cells, filters })
      }
    }
  }
  return cohorts.map(({ attributes: keys, members, cells }) => ({ attributes: keys, members, cells }))

  function passes(e: number, c: number, members: readonly number[]): boolean {
    const outside = people.length - members.length
    const rate = outside === 0 ? 0 : (holdersIn(people, e) - c) / outside
    const [lower, upper] = wilson(c, members.length)
    const coverage = c / members.length
    return (
      coverage >= settings.minCoverage - 1e-12 &&
      (upper >= settings.expectedCoverage || c === members.length) &&
      coverage >= settings.minLift * rate &&
      lower > rate
    )
  }

  function hasBarePart(e: number, members: readonly number[], a: number, combination: readonly number[]): boolean {
    const misses = members.filter((i) => !held[i].has(e))
    const parts = Map.groupBy(
      misses.filter((i) => cellOf(a, i) !== undefined),
      (i) => cellOf(a, i),
    )
    const looks = parts.size * (attributes.length - combination.length)
    return [...parts].some(([value, missing]) => {
      const within = members.filter((i) => cellOf(a, i) === value).length
      if (missing.length * 2 <= within || within === members.length) return false
      const rate = Math.max(0.05, (misses.length - missing.length) / (members.length - within))
      return rate < missing.length / within && tail(missing.length, within, rate) < 0.0001 / looks
    })
  }
}

/** The 95 % Wilson interval, from its textbook form. */
function wilson(c: number, n: number): [number, number] {
  const z = 1.959963984540054
  const p = c / n
  const middle = p + (z * z) / (2 * n)
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return [(middle - spread) / (1 + (z * z) / n), (middle + spread) / (1 + (z * z) / n)]
}

/** Binomial upper tail with exact binomial coefficients. */
function tail(least: number, n: number, p: number): number {
  let sum = 0
  for (let k = least; k <= n; k++) {
    let ways = 1
    for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i
    sum += ways * p ** k * (1 - p) ** (n - k)
  }
  return sum
}

function subsets(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]]
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]))
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

/** A chosen cohort: its first member's identity, entitlement ordinals ascending, and the grants it explains. */
interface PlainChoice {
  readonly member: number
  readonly size: number
  readonly entitlements: readonly number[]
  readonly explained: number
}

/**
 * The slow, obvious twin of `selectCohorts`, without hints: compute every gain afresh, take the largest (the earliest of
 * equals), repeat. A cohort with too few entitlements is turned away when its turn comes. Answers who is chosen, in
 * order, with the explained grants, and how many entitlements each had that was turned away.
 */
export function plainlyChoose(
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
): { readonly chosen: PlainChoice[]; readonly turnedAway: number[] } {
  const holds = (person: number, e: number) =>
    graph.rowEntitlement.subarray(graph.rowOffset[person], graph.rowOffset[person + 1]).includes(e)
  const explained = new Set<string>()
  const cohorts = counted.flatMap(({ combination, groups, cellOffset, cellEntitlement }) =>
    range(groups.count).map((g) => ({
      filters: combination.length,
      members: [...groups.members.subarray(groups.offset[g], groups.offset[g + 1])],
      cells: [...cellEntitlement.subarray(cellOffset[g], cellOffset[g + 1])],
    })),
  )
  const chosen: PlainChoice[] = []
  const turnedAway: number[] = []
  for (;;) {
    let best: { gain: number; cohort: (typeof cohorts)[number]; news: Map<number, string[]> } | undefined
    for (const cohort of cohorts) {
      const news = new Map<number, string[]>()
      let gain = -1 - cohort.filters
      for (const e of cohort.cells) {
        const holders = cohort.members.filter((person) => holds(person, e))
        const open = holders.map((person) => `${person}/${e}`).filter((grant) => !explained.has(grant))
        const net = open.length - (cohort.members.length - holders.length) - 1
        if (net <= 0 || open.length < holders.length / 2) continue
        gain += net
        news.set(e, open)
      }
      if (gain <= 0) continue
      if (best === undefined || gain > best.gain) best = { gain, cohort, news }
    }
    if (best === undefined) return { chosen, turnedAway }
    if (best.news.size < settings.minEntitlements) {
      cohorts.splice(cohorts.indexOf(best.cohort), 1)
      turnedAway.push(best.news.size)
      continue
    }
    for (const open of best.news.values()) for (const grant of open) explained.add(grant)
    // What was held before through another suggestion stays explained; only the news counts.
    chosen.push({
      member: graph.persons[best.cohort.members[0]],
      size: best.cohort.members.length,
      entitlements: [...best.news.keys()].map((e) => graph.kept[e]).sort((a, b) => a - b),
      explained: [...best.news.values()].reduce((sum, open) => sum + open.length, 0),
    })
  }
}

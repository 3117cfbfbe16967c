import { isPlaceholder } from './attribute-values.ts'
import type { CohortMiningSettings } from './cohort-settings.ts'
import type { CountedCombination } from './counted-combination.ts'
import { type PopulationGraph, preparePopulation } from './population.ts'
import type { Snapshot } from './snapshot.ts'

/** A cohort of the plain twin: identity ordinals, and [entitlement, holders] for the entitlements that passed. */
export interface PlainCohort {
  readonly attributes: readonly string[]
  readonly members: readonly number[]
  readonly cells: readonly (readonly number[])[]
}

/**
 * The slow, obvious twin of `countCombination` over all levels: sets, strings and loops over everything, written from the definition in
 * docs/mining.md. It handles only people and uses every attribute that is neither nearly constant nor nearly unique. Lists come in as
 * columns; `list-columns.test.ts` tests the columns.
 */
export function plainlyCount(snapshot: Snapshot, settings: CohortMiningSettings): PlainCohort[] {
  const people = range(snapshot.identityCount).filter(
    (i) => snapshot.identityStatus[i] === 0 && snapshot.identityType[i] === 0,
  )
  if (people.length < settings.minCohortSize) return []
  const held = range(snapshot.identityCount).map(
    (i) => new Set(snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1])),
  )
  const holdersIn = (list: readonly number[], e: number) => list.filter((i) => held[i]!.has(e)).length
  const plain = plainAttributes(snapshot, settings)
  const cellOf = (attribute: number, identity: number) => plain[attribute]!.cellOf(identity)
  const isKnown = (attribute: number, identity: number) => plain[attribute]!.isKnown(identity)
  const attributes = range(plain.length).filter((a) => {
    if (plain[a]!.isOfList) return true
    const values = people.map((i) => cellOf(a, i)).filter((v) => v !== undefined)
    const sizes = [...Map.groupBy(values, (v) => v).values()].map((group) => group.length)
    const largest = Math.max(0, ...sizes)
    return largest < 0.98 * people.length && largest >= settings.minCohortSize
  })
  const fewest = Math.ceil(settings.minCoverage * settings.minCohortSize - 1e-9)
  const entitlements = range(snapshot.entitlementCount).filter((e) => {
    const holders = holdersIn(people, e)
    return holders >= fewest && holders / people.length < settings.commonAccessShare
  })
  const followed = new Map<string, boolean>()
  const cohorts: (PlainCohort & { readonly filters: ReadonlyMap<number, string> })[] = []
  for (let level = 1; level <= settings.maxFilters; level++) {
    for (const combination of subsets(attributes, level)) {
      if (new Set(combination.map((a) => plain[a]!.key)).size < level) continue
      const inAll = people.filter((i) => combination.every((a) => cellOf(a, i) !== undefined))
      const groups = Map.groupBy(inAll, (i) => JSON.stringify(combination.map((a) => cellOf(a, i))))
      for (const members of groups.values()) {
        if (members.length < settings.minCohortSize) continue
        const filters = new Map(combination.map((a) => [a, cellOf(a, members[0]!) as string]))
        const general = cohorts.filter(
          (c) => c.filters.size < level && [...c.filters].every(([a, value]) => filters.get(a) === value),
        )
        const isRepeated = general.some((c) => c.filters.size === level - 1 && c.members.length === members.length)
        const passing = entitlements
          .map((e) => [e, holdersIn(members, e)])
          .filter(([e, c]) => !isRepeated && passes(e!, c!, members))
          .filter(([e]) => !general.some((g) => g.cells.some(([other]) => other === e)))
        const uneven = unevenOf(
          passing.map(([e]) => e!),
          members,
          attributes.filter((a) => !combination.includes(a)),
          combination,
        )
        const cells = passing.filter(([e]) => !uneven.has(e!))
        cohorts.push({ attributes: combination.map((a) => plain[a]!.key), members, cells, filters })
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

  /** The entitlements, among those that pass otherwise, that some part of the cohort lacks. */
  function unevenOf(
    passing: readonly number[],
    members: readonly number[],
    others: readonly number[],
    combination: readonly number[],
  ): Set<number> {
    const uneven = new Set<number>()
    const missed = passing.filter((e) => members.length - holdersIn(members, e) >= 2)
    for (const a of others) {
      const known = members.filter((i) => isKnown(a, i))
      const parted = known.filter((i) => cellOf(a, i) !== undefined)
      const parts = [...Map.groupBy(parted, (i) => cellOf(a, i)).values()]
      const filter =
        Math.log2(attributes.length) + Math.log2(Math.max(1, parts.filter((part) => part.length > 1).length))
      for (const part of parts) {
        const seed = missed.filter((e) => holdersIn(part, e) * 2 < part.length)
        if (seed.length === 0 || part.length < 2 || part.length === members.length) continue
        const rest = known.filter((i) => !part.includes(i))
        const [inPart, inRest] = [having(part, seed), having(rest, seed)]
        if (inPart * rest.length >= inRest * part.length) continue
        if (inSteps(bitsBetween(inRest, rest.length, inPart, part.length)) < inSteps(filter + 4)) continue
        const lackers = part.filter((i) => having([i], seed) === 0)
        const block = missed.filter((e) => seed.includes(e) || holdersIn(lackers, e) * 2 < lackers.length)
        const isByMistake = (one: readonly number[]) => isThereByMistake(a, one[0]!, members[0]!, combination)
        if (isByMistake(part)) continue
        const right = parts.filter((one) => !isByMistake(one))
        if (paysToSplit(block, members, right.flat(), right, filter)) for (const e of block) uneven.add(e)
      }
    }
    return uneven
  }

  /**
   * Whether nearly all people with somebody's value of an attribute have another value than a member for one of the fixed attributes; or
   * the attribute follows from a fixed attribute, and somebody's value is not the one that follows.
   */
  function isThereByMistake(a: number, somebody: number, member: number, fixed: readonly number[]): boolean {
    const alike = people.filter((i) => cellOf(a, i) === cellOf(a, somebody))
    return fixed.some((by) => {
      if (doesFollow(by, a)) {
        const same = people.filter((i) => cellOf(by, i) === cellOf(by, member) && isKnown(a, i))
        const values = Map.groupBy(same, (i) => cellOf(a, i))
        const main = [...values].find(([value, group]) => value !== undefined && group.length >= 0.9 * same.length)
        if (main !== undefined && main[0] !== cellOf(a, somebody)) return true
      }
      const known = alike.filter((i) => isKnown(by, i))
      const groups = Map.groupBy(known, (i) => cellOf(by, i))
      groups.delete(undefined)
      return [...groups].some(([value, group]) => value !== cellOf(by, member) && group.length >= 0.9 * known.length)
    })
  }

  /** Whether an attribute follows from another one: predicting by it makes at most a tenth of the errors of the most common value alone. */
  function doesFollow(of: number, by: number): boolean {
    const place = `${of} ${by}`
    const told = followed.get(place)
    if (told !== undefined) return told
    const known = people.filter((i) => isKnown(by, i))
    const asked = known.filter((i) => cellOf(of, i) !== undefined)
    const largest = (list: readonly number[]) =>
      Math.max(
        0,
        ...Map.groupBy(list, (i) => cellOf(by, i))
          .values()
          .map(({ length }) => length),
      )
    let right = 0
    for (const group of Map.groupBy(asked, (i) => cellOf(of, i)).values()) {
      const main = largest(group)
      if (main > 1 && main * 2 > group.length) right += main
    }
    const wrong = asked.length - right
    const follows =
      asked.length > 0 && wrong * known.length <= (1 - 0.9) * (known.length - largest(known)) * asked.length
    followed.set(place, follows)
    return follows
  }

  function paysToSplit(
    block: readonly number[],
    members: readonly number[],
    known: readonly number[],
    parts: readonly (readonly number[])[],
    filter: number,
  ): boolean {
    const outside = people.length - members.length + 1
    const rates = block.map((e) => (holdersIn(people, e) - holdersIn(members, e) + 0.5) / outside)
    const rate = rates.reduce((sum, one) => sum + one, 0) / block.length
    const names = block.length * Math.log2(entitlements.length)
    const saved = (list: readonly number[]) => {
      const held = having(list, block)
      return held <= rate * list.length ? 0 : block.length * bitsAgainst(held, list.length, rate)
    }
    const split = parts
      .filter((part) => part.length >= settings.minCohortSize)
      .reduce((sum, part) => sum + Math.max(0, saved(part) - filter - names), names)
    return inSteps(split) > inSteps(saved(known))
  }

  /** The people who hold at least half of a block. */
  function having(list: readonly number[], block: readonly number[]): number {
    return list.filter((i) => block.filter((e) => held[i]!.has(e)).length * 2 >= block.length).length
  }
}

interface PlainAttribute {
  readonly key: string
  readonly isOfList: boolean
  cellOf(identity: number): string | undefined
  isKnown(identity: number): boolean
}

function plainAttributes(snapshot: Snapshot, settings: CohortMiningSettings): PlainAttribute[] {
  const graph = preparePopulation(snapshot, settings, 'people')
  return snapshot.attributes.flatMap((attribute, index): PlainAttribute[] => {
    const { key, values, column } = attribute
    if (column !== undefined) {
      const cells = values.map((value) => (isPlaceholder(value) ? undefined : value.trim().toLowerCase()))
      const cellOf = (identity: number) => (column[identity]! < 0 ? undefined : cells[column[identity]!])
      return [{ key, isOfList: false, cellOf, isKnown: (identity) => cellOf(identity) !== undefined }]
    }
    return graph.attributes
      .filter((one) => one.index === index)
      .map((one) => ({
        key,
        isOfList: true,
        cellOf: (identity) => {
          const ordinal = one.column[graph.persons.indexOf(identity)]!
          return ordinal < 0 ? undefined : String(ordinal)
        },
        isKnown: (identity) => one.known[graph.persons.indexOf(identity)]! >= 0,
      }))
  })
}

/** Bits that are equal by the formula may differ in their last digits. */
function inSteps(bits: number): number {
  return Math.round(bits * 2 ** 20) / 2 ** 20
}

function bitsAgainst(held: number, n: number, rate: number): number {
  const part = (count: number, expected: number) => (count === 0 ? 0 : count * Math.log2(count / expected))
  return part(held, n * rate) + part(n - held, n * (1 - rate))
}

function bitsBetween(a: number, n: number, b: number, m: number): number {
  const rate = (a + b) / (n + m)
  return rate === 0 || rate === 1 ? 0 : bitsAgainst(a, n, rate) + bitsAgainst(b, m, rate)
}

/** The 95 % Wilson interval, from its textbook form. */
function wilson(c: number, n: number): [number, number] {
  const z = 1.959963984540054
  const p = c / n
  const middle = p + (z * z) / (2 * n)
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return [(middle - spread) / (1 + (z * z) / n), (middle + spread) / (1 + (z * z) / n)]
}

function subsets(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]]
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]))
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

/** A chosen cohort: the identity of its first member, entitlement ordinals ascending, and the grants that it explains. */
interface PlainChoice {
  readonly member: number
  readonly size: number
  readonly entitlements: readonly number[]
  readonly explained: number
}

interface PlainCandidate {
  readonly combination: readonly number[]
  readonly members: readonly number[]
  cells: readonly number[]
  tells: readonly number[]
  /** Entitlements that other cohorts took, with the cohort that took them. */
  readonly taken: Map<number, PlainCandidate>
  /** The cohorts that it took entitlements from. */
  readonly lenders: Set<PlainCandidate>
}

/**
 * The slow, obvious twin of `selectCohorts`, without hints: compute every saving again, take the largest (the earliest of equals),
 * repeat. Entitlements that a broader cohort explains, or would explain better, are dropped; so are those that another cohort with most of
 * their holders would explain better. A cohort that fails the person test, or that has too few entitlements, is rejected when it is the
 * next choice. A cohort that fails the person test gives back what it took. Returns the chosen cohorts, by what they save and with values
 * joined, with the grants that each explains first, and the number of entitlements of each cohort that was rejected for too few.
 */
export function plainlyChoose(
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
): { readonly chosen: PlainChoice[]; readonly turnedAway: number[] } {
  const everyone = range(graph.persons.length)
  const rows = everyone.map((p) => new Set(graph.rowEntitlement.subarray(graph.rowOffset[p], graph.rowOffset[p + 1])))
  const valueAt = (position: number, person: number) => graph.attributes[position]!.column[person]
  const isKnown = (position: number, person: number) => graph.attributes[position]!.known[person]! >= 0
  const attributeCount = graph.attributes.length
  const explained = new Set<string>()
  const cohorts: PlainCandidate[] = counted.flatMap(({ combination, groups, cellOffset, cellEntitlement }) =>
    range(groups.count).map((g) => ({
      combination,
      members: [...groups.members.subarray(groups.offset[g], groups.offset[g + 1])],
      cells: [...cellEntitlement.subarray(cellOffset[g], cellOffset[g + 1])],
      tells: [],
      taken: new Map(),
      lenders: new Set(),
    })),
  )
  const chosen: (PlainChoice & Pick<PlainCandidate, 'combination' | 'members'> & ChosenCohort)[] = []
  const turnedAway = new Map<PlainCandidate, number>()
  for (;;) {
    let best: { readonly saved: number; readonly cohort: PlainCandidate; readonly news: Map<number, News> } | undefined
    for (const cohort of cohorts) {
      if (turnedAway.has(cohort) || cohort.tells.length > 0) continue
      const { saved, news } = offerOf(cohort)
      if (saved > 0 && (best === undefined || saved > best.saved)) best = { saved, cohort, news }
    }
    if (best === undefined) {
      orderAgain()
      return { chosen: joined(), turnedAway: [...turnedAway.values()] }
    }
    const { cohort, news } = best
    const broader = toldBroader(cohort, news)
    const told = broader.size > 0 ? broader : toldBetter(cohort, news)
    if (told.size > 0) {
      cohort.cells = cohort.cells.filter((e) => !told.has(e))
      for (const [e, by] of told) if (by !== undefined) cohort.taken.set(e, by)
      for (const by of told.values()) by?.lenders.add(cohort)
      continue
    }
    if (!passesPersonTest(cohort, [...news.keys()])) {
      cohorts.splice(cohorts.indexOf(cohort), 1)
      for (const lender of cohort.lenders) if (cohorts.includes(lender)) takeBack(lender, cohort)
      continue
    }
    if (news.size < settings.minEntitlements) {
      turnedAway.set(cohort, news.size)
      continue
    }
    cohort.tells = [...news.keys()]
    for (const { open } of news.values()) for (const grant of open) explained.add(grant)
    // Grants that another suggestion already explained stay explained; only the remaining ones count.
    chosen.push({
      cohort,
      saved: best.saved,
      combination: cohort.combination,
      members: cohort.members,
      member: graph.persons[cohort.members[0]!]!,
      size: cohort.members.length,
      entitlements: [...news.keys()].map((e) => graph.kept[e]!).sort((a, b) => a - b),
      explained: [...news.values()].reduce((sum, { open }) => sum + open.length, 0),
    })
  }

  /** A cohort that was chosen before adds what comes back to its suggestion. */
  function takeBack(lender: PlainCandidate, taker: PlainCandidate): void {
    const back = [...lender.taken].filter(([, by]) => by === taker).map(([e]) => e)
    for (const e of back) lender.taken.delete(e)
    lender.cells = [...lender.cells, ...back].sort((a, b) => a - b)
    const { saved, news } = offerOf(lender)
    if (saved > 0) turnedAway.delete(lender)
    if (lender.tells.length === 0) return
    if (news.size === 0 || !passesPersonTest(lender, [...lender.tells, ...news.keys()])) return
    lender.tells = [...lender.tells, ...news.keys()]
    const place = chosen.findIndex(({ cohort }) => cohort === lender)
    const before = chosen[place]!
    for (const { open } of news.values()) for (const grant of open) explained.add(grant)
    chosen[place] = {
      ...before,
      saved: before.saved + inSteps(saved + priceOf(lender.combination) + 4),
      entitlements: lender.tells.map((e) => graph.kept[e]!).sort((a, b) => a - b),
    }
  }

  function orderAgain(): void {
    chosen.sort((a, b) => b.saved - a.saved)
    explained.clear()
    for (const [place, one] of chosen.entries()) {
      const grants = one.members.flatMap((p) => one.cohort.tells.filter((e) => rows[p]!.has(e)).map((e) => `${p}/${e}`))
      const news = grants.filter((grant) => !explained.has(grant))
      for (const grant of news) explained.add(grant)
      chosen[place] = { ...one, explained: news.length }
    }
  }

  /** Joins cohorts that differ only in the value of one attribute of which no person has two values: the largest groups first. */
  function joined(): PlainChoice[] {
    const groups = chosen.flatMap(({ combination }, first) =>
      combination
        .filter(
          (position) => graph.attributes.filter(({ key }) => key === graph.attributes[position]!.key).length === 1,
        )
        .map((position) => range(chosen.length).filter((other) => differInOneAlone(first, other, position)))
        .filter((places) => places.length > 1 && places[0] === first),
    )
    const taken = new Set<number>()
    const parts = new Map<number, readonly number[]>()
    for (const places of groups.sort((a, b) => b.length - a.length || a[0]! - b[0]!)) {
      const isTold = (from: number, to: number) =>
        range(to).some((at) => at > from && !places.includes(at) && sharesSome(chosen[at]!, chosen[places[0]!]!))
      const end = places.findIndex((place, i) => i > 0 && isTold(places[i - 1]!, place))
      const own = places.slice(0, Math.min(32, end < 0 ? places.length : end)).filter((place) => !taken.has(place))
      if (own.length < 2) continue
      for (const place of own) taken.add(place)
      parts.set(own[0]!, own)
    }
    return range(chosen.length)
      .filter((place) => parts.has(place) || !taken.has(place))
      .map((place) => {
        const own = (parts.get(place) ?? [place]).map((part) => chosen[part]!)
        return {
          member: graph.persons[Math.min(...own.flatMap(({ members }) => members))]!,
          size: own.reduce((sum, { size }) => sum + size, 0),
          entitlements: chosen[place]!.entitlements,
          explained: own.reduce((sum, { explained: news }) => sum + news, 0),
        }
      })
  }

  function differInOneAlone(first: number, other: number, position: number): boolean {
    const [a, b] = [chosen[first]!, chosen[other]!]
    return (
      a.entitlements.join() === b.entitlements.join() &&
      a.combination.join() === b.combination.join() &&
      a.combination.every((one) => one === position || valueAt(one, a.members[0]!) === valueAt(one, b.members[0]!))
    )
  }

  function sharesSome(a: PlainChoice, b: PlainChoice): boolean {
    return a.entitlements.some((e) => b.entitlements.includes(e))
  }

  function offerOf({ combination, members, cells }: PlainCandidate): { saved: number; news: Map<number, News> } {
    const news = new Map<number, News>()
    let saved = -priceOf(combination) - 4
    for (const e of cells) {
      const holders = members.filter((p) => rows[p]!.has(e))
      const open = holders.map((p) => `${p}/${e}`).filter((grant) => !explained.has(grant))
      const outside = everyone.length - members.length + 1
      const rate = (graph.holders[e]! - holders.length + 0.5) / outside
      const share = holders.length / members.length
      if (share <= rate || open.length < holders.length / 2) continue
      const lacking = members.length - holders.length
      const costs = lacking === 0 ? 0 : lacking * Math.log2((1 - share) / (1 - rate))
      const net = open.length * Math.log2(share / rate) + costs - nameOf() - 0.5 * Math.log2(members.length + 1)
      if (net <= 0) continue
      saved += net
      news.set(e, { open, net })
    }
    return { saved: inSteps(saved), news }
  }

  function priceOf(combination: readonly number[]): number {
    const ways = combination.reduce((product, _, i) => (product * (attributeCount - i)) / (i + 1), 1)
    return combination.reduce(
      (sum, position) => sum + Math.log2(sharedValues(position, everyone, settings.minCohortSize)),
      Math.log2(settings.maxFilters) + Math.log2(ways),
    )
  }

  function nameOf(): number {
    return Math.log2(graph.kept.length)
  }

  /** The number of values that at least `least` people have. */
  function sharedValues(position: number, list: readonly number[], least: number): number {
    const known = list.filter((p) => valueAt(position, p)! >= 0)
    const groups = [...Map.groupBy(known, (p) => valueAt(position, p)).values()]
    return Math.max(1, groups.filter((group) => group.length >= least).length)
  }

  function having(list: readonly number[], block: readonly number[]): number {
    return list.filter((p) => block.filter((e) => rows[p]!.has(e)).length * 2 >= block.length).length
  }

  function passesPersonTest({ combination, members }: PlainCandidate, block: readonly number[]): boolean {
    const isMember = new Set(members)
    const differs = (all: readonly number[], least: number, leastShare = 0) => {
      const rest = all.filter((p) => !isMember.has(p))
      const inside = having(members, block)
      const outside = Math.max(having(rest, block), leastShare * rest.length)
      return (
        inside * rest.length > outside * members.length &&
        inSteps(bitsBetween(inside, members.length, outside, rest.length)) >= inSteps(least)
      )
    }
    if (!differs(everyone, priceOf(combination) + nameOf() + 4, shareByChance(members, block))) return false
    if (combination.length === 1) return true
    return combination.every((position) => {
      const others = combination.filter((other) => other !== position)
      const parent = everyone.filter((p) => others.every((o) => valueAt(o, p) === valueAt(o, members[0]!)))
      const known = parent.filter((p) => isKnown(position, p))
      return differs(known, Math.log2(attributeCount) + Math.log2(sharedValues(position, parent, 2)) + 4)
    })
  }

  /** How many members would have a block by chance, as they have more other access. Counted over all ways to hold some of the block. */
  function shareByChance(members: readonly number[], block: readonly number[]): number {
    const rest = everyone.filter((p) => !members.includes(p))
    const heldOf = (list: readonly number[]) => list.flatMap((p) => block.filter((e) => rows[p]!.has(e))).length
    const otherAccess = (list: readonly number[]) =>
      1 + (list.reduce((sum, p) => sum + rows[p]!.size, 0) - heldOf(list)) / list.length
    if (rest.length === 0 || heldOf(rest) === 0) return 0
    const factor = otherAccess(members) / otherAccess(rest)
    const rate = Math.min(1, (factor * heldOf(rest)) / (block.length * rest.length))
    if (factor <= 1) return 0
    let ways = 1
    let share = 0
    for (const held of range(block.length + 1)) {
      if (held * 2 >= block.length) share += ways * rate ** held * (1 - rate) ** (block.length - held)
      ways = (ways * (block.length - held)) / (held + 1)
    }
    return share
  }

  /** Entitlements that broader cohorts explain, or would explain better, the largest cohorts first. */
  function toldBroader(cohort: PlainCandidate, news: ReadonlyMap<number, News>): Told {
    const told: Told = new Map()
    const broader = cohorts
      .filter((other) => other.members.length > cohort.members.length && liesIn(cohort, other))
      .sort((a, b) => b.members.length - a.members.length)
    for (const other of broader) {
      for (const e of other.tells) if (news.has(e) && !told.has(e)) told.set(e, undefined)
      for (const e of offeredBetter(cohort, other, news, told, 1)) told.set(e, other)
    }
    return told
  }

  /** Entitlements that another open cohort with most of their holders would explain better, the simplest cohorts first. */
  function toldBetter(cohort: PlainCandidate, news: ReadonlyMap<number, News>): Told {
    const told: Told = new Map()
    for (const other of cohorts.toSorted((a, b) => a.combination.length - b.combination.length)) {
      if (other === cohort || other.tells.length > 0 || turnedAway.has(other)) continue
      const mostly = new Map(
        [...news].filter(([e]) => {
          const holders = cohort.members.filter((p) => rows[p]!.has(e))
          return holders.filter((p) => other.members.includes(p)).length * 2 > holders.length
        }),
      )
      for (const e of offeredBetter(cohort, other, mostly, told, settings.minEntitlements)) told.set(e, other)
    }
    return told
  }

  /**
   * What another cohort with at least `fewest` entitlements offers of these, not yet told: all, if together that saves more; or those that
   * save more, if they pay for the cohort and people show that they belong there and the others do not.
   */
  function offeredBetter(
    cohort: PlainCandidate,
    other: PlainCandidate,
    news: ReadonlyMap<number, News>,
    told: Told,
    fewest: number,
  ): readonly number[] {
    const offer = offerOf(other)
    if (offer.saved <= 0 || offer.news.size < fewest) return []
    const shared = [...offer.news.keys()].filter((e) => news.has(e) && !told.has(e))
    const more = (e: number) => inSteps(offer.news.get(e)!.net - news.get(e)!.net)
    const sum = (some: readonly number[]) => inSteps(some.reduce((bits, e) => bits + more(e), 0))
    const better = shared.filter((e) => more(e) > 0)
    const rest = shared.filter((e) => more(e) <= 0)
    let taken = shared
    if (sum(shared) <= 0) {
      const isPaid = sum(better) > inSteps(priceOf(other.combination) + 4)
      taken = isPaid && areDivided(cohort, other, better, rest) ? better : []
    } else if (-sum(rest) > inSteps(priceOf(cohort.combination) + 4) && areDivided(other, cohort, rest, better)) {
      taken = better
    }
    return taken.length > 0 && passesPersonTest(other, taken) ? taken : []
  }

  /** Whether people who are only in one of two cohorts show that some entitlements belong to `to`, and the others do not. */
  function areDivided(
    from: PlainCandidate,
    to: PlainCandidate,
    moving: readonly number[],
    staying: readonly number[],
  ): boolean {
    const differ = (a: number, n: number, b: number, m: number, least: number) =>
      a * m > b * n && inSteps(bitsBetween(a, n, b, m)) >= inSteps(least)
    const onlyIn = (one: PlainCandidate, other: PlainCandidate) =>
      one.members.filter((p) => !other.members.includes(p) && other.combination.every((o) => isKnown(o, p)))
    const both = from.members.filter((p) => to.members.includes(p))
    const lacking = onlyIn(from, to)
    const beyond = onlyIn(to, from)
    const others = everyone.filter((p) => !from.members.includes(p) && !to.members.includes(p))
    const has = (list: readonly number[]) => having(list, moving)
    const keeps = (list: readonly number[]) => having(list, staying)
    const price = priceOf(to.combination) + 4
    const { length: few } = lacking
    const { length: many } = beyond
    return (
      (differ(has(both), both.length, has(lacking), few, price) && differ(keeps(lacking), few, has(lacking), few, 4)) ||
      (differ(has(beyond), many, has(others), others.length, price + nameOf()) &&
        differ(has(beyond), many, keeps(beyond), many, 4))
    )
  }

  function liesIn(cohort: PlainCandidate, other: PlainCandidate): boolean {
    const inside = cohort.members.filter((p) => other.members.includes(p))
    const known = cohort.members.filter((p) => other.combination.every((position) => isKnown(position, p)))
    return known.length * 2 >= cohort.members.length && inside.length >= 0.9 * known.length
  }
}

interface ChosenCohort {
  readonly cohort: PlainCandidate
  readonly saved: number
}

/** Entitlements that a cohort loses, each with the cohort that took it, unless that one was chosen with it before. */
type Told = Map<number, PlainCandidate | undefined>

/** The grants of one entitlement that nothing explains yet, and the bits that they save. */
interface News {
  readonly open: readonly string[]
  readonly net: number
}

import type { Step } from './run-hooks.ts'

/** The result of `minimumCover`: the sets of a cover, and whether it is proven that no cover has fewer. */
interface MinimumCover {
  readonly sets: readonly number[]
  readonly isProven: boolean
}

/**
 * The fewest sets that cover elements 0 to `elementCount` - 1, by branch and bound. It takes the uncovered element that is in
 * the fewest sets, and tries each of these sets, the largest gain first. A branch ends if the chosen sets, plus the number of
 * uncovered elements of which no two share a set, are not fewer than the best known cover. `nodes` limits the work; when it is
 * used up, the best cover so far is returned without proof.
 */
export function minimumCover(
  elementCount: number,
  sets: readonly (readonly number[])[],
  known: readonly number[],
  nodes: number,
  onStep: Step,
): MinimumCover {
  const setsOf: number[][] = Array.from({ length: elementCount }, () => [])
  sets.forEach((set, s) => {
    for (const element of set) setsOf[element]!.push(s)
  })
  const times = new Int32Array(elementCount)
  const gain = Int32Array.from(sets, (set) => set.length)
  const touched = new Int32Array(elementCount)
  const byOptions = Int32Array.from({ length: elementCount }, (_, e) => e)
  byOptions.sort((a, b) => setsOf[a]!.length - setsOf[b]!.length || a - b)
  const chosen: number[] = []
  let uncovered = elementCount
  let best = known.slice()
  let left = nodes
  let stamp = 0

  descend()
  return { sets: best, isProven: left > 0 }

  function descend(): void {
    if (uncovered === 0) {
      if (chosen.length < best.length) best = chosen.slice()
      return
    }
    if (left <= 0 || chosen.length + needed() >= best.length) return
    left--
    if (!onStep()) left = 0
    let element = -1
    for (const candidate of byOptions) {
      if (times[candidate]! > 0) continue
      element = candidate
      break
    }
    const options = setsOf[element]!.filter((s) => !isWithinAnother(s, element))
    options.sort((a, b) => gain[b]! - gain[a]! || a - b)
    for (const s of options) {
      choose(s)
      descend()
      undo()
    }
  }

  /** Whether another set with the element covers everything that `s` would newly cover. Of equal sets the first stays. */
  function isWithinAnother(s: number, element: number): boolean {
    return setsOf[element]!.some((other) => {
      if (other === s || gain[other]! < gain[s]! || (gain[other] === gain[s] && other > s)) return false
      const held = new Set(sets[other])
      return sets[s]!.every((e) => times[e]! > 0 || held.has(e))
    })
  }

  /** The number of uncovered elements of which no two share a set; elements in few sets are counted first. */
  function needed(): number {
    stamp++
    let count = 0
    for (const element of byOptions) {
      if (times[element]! > 0 || touched[element] === stamp) continue
      count++
      for (const s of setsOf[element]!) for (const other of sets[s]!) touched[other] = stamp
    }
    return count
  }

  function choose(s: number): void {
    chosen.push(s)
    for (const element of sets[s]!) {
      if (times[element]!++ > 0) continue
      uncovered--
      for (const other of setsOf[element]!) gain[other]!--
    }
  }

  function undo(): void {
    const s = chosen.pop()
    if (s === undefined) return
    for (const element of sets[s]!) {
      if (--times[element]! > 0) continue
      uncovered++
      for (const other of setsOf[element]!) gain[other]!++
    }
  }
}

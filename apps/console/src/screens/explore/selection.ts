import type {
  CohortDescription,
  CohortEntitlement,
  CutoffStep,
} from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { entitlementKey } from '../candidate/search.ts'

/** What is chosen of what a cohort holds: by a cut-off, and one by one. */
interface Choice {
  /** Per cent. */
  readonly cut: number
  readonly taken: ReadonlySet<string>
  readonly left: ReadonlySet<string>
}

/** What a choice comes to. */
export interface Chosen {
  readonly keys: ReadonlySet<string>
  readonly entitlements: readonly CohortEntitlement[]
  /** The step that the cut-off falls on, where nothing is chosen one by one; otherwise the effect has to be asked for. */
  readonly step: CutoffStep | undefined
  readonly isByCutoff: boolean
}

/** Whether so many holders reach the cut-off. */
function reaches(holders: number, cut: number, cohortSize: number): boolean {
  return holders * 100 >= cut * cohortSize
}

/** A look-up: steps and entitlements stand in the same order, the most held first. */
export function chosenOf({ entitlements, steps, cohortSize }: CohortDescription, { cut, taken, left }: Choice): Chosen {
  const step = steps.findLast(({ holderCount }) => reaches(holderCount, cut, cohortSize))
  const count = step?.entitlementCount ?? 0
  const chosen = entitlements.filter((one, rank) => {
    const key = entitlementKey(one)
    return rank < count ? !left.has(key) : taken.has(key)
  })
  const isByCutoff =
    chosen.length === count && entitlements.every((one, rank) => rank >= count || !left.has(entitlementKey(one)))
  return { keys: new Set(chosen.map(entitlementKey)), entitlements: chosen, step, isByCutoff }
}

/** The choice with one entitlement put in or taken out, as an exception to the cut-off where it is one. */
export function toggled(
  { entitlements, cohortSize }: CohortDescription,
  { cut, taken, left }: Choice,
  key: string,
): Pick<Choice, 'taken' | 'left'> {
  const one = entitlements.find((each) => entitlementKey(each) === key)
  if (one === undefined) return { taken, left }
  return reaches(one.holderCount, cut, cohortSize)
    ? { taken, left: flipped(left, key) }
    : { taken: flipped(taken, key), left }
}

function flipped(before: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const after = new Set(before)
  if (!after.delete(key)) after.add(key)
  return after
}

/** Entitlements held by 0 to 10 %, 10 to 20 % and so on; what all hold is in the last. */
export function histogramOf({ entitlements, cohortSize }: CohortDescription): readonly number[] {
  const bars = new Array<number>(10).fill(0)
  for (const { holderCount } of entitlements) {
    const bar = Math.min(9, Math.floor((holderCount * 10) / cohortSize))
    bars[bar] = (bars[bar] ?? 0) + 1
  }
  return bars
}

import type {
  CohortDescription,
  CohortEntitlement,
  CutoffStep,
} from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { entitlementKey } from '../candidate/search.ts'

/** A selection of entitlements of a cohort: by a cut-off, with single exceptions. */
interface Choice {
  /** Per cent. */
  readonly cut: number
  readonly taken: ReadonlySet<string>
  readonly left: ReadonlySet<string>
}

/** The selected entitlements of a choice. */
export interface Chosen {
  readonly keys: ReadonlySet<string>
  readonly entitlements: readonly CohortEntitlement[]
  /** The step of the cut-off. When `isByCutoff` is false, it is not the effect of the selection, which needs a call. */
  readonly step: CutoffStep | undefined
  readonly isByCutoff: boolean
}

/** Whether this number of holders reaches the cut-off. */
function reaches(holders: number, cut: number, cohortSize: number): boolean {
  return holders * 100 >= cut * cohortSize
}

/** The selected entitlements; a look-up, because steps and entitlements have the same order, those with the most holders first. */
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

/** The exceptions after one entitlement is added or left out. */
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

/** The numbers of entitlements held by 0 to 10 %, 10 to 20 % and so on; those that all people hold are in the last. */
export function histogramOf({ entitlements, cohortSize }: CohortDescription): readonly number[] {
  const bars = new Array<number>(10).fill(0)
  for (const { holderCount } of entitlements) {
    const bar = Math.min(9, Math.floor((holderCount * 10) / cohortSize))
    bars[bar] = (bars[bar] ?? 0) + 1
  }
  return bars
}

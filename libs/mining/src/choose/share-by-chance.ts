import { fewestOfBlock } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import { binomialTail } from '../wilson.ts'

/** A block of entitlements: their number, and their grants to the members of a cohort and to all other people. */
interface BlockGrants {
  readonly entitlements: number
  readonly inside: number
  readonly outside: number
}

/**
 * The share of members who would have a block by chance because they have more access than others: people of a high grade hold more of
 * everything. It is the probability of holding at least half of the block. For that, each entitlement of the block has its rate outside,
 * times the factor by which a member has more other access (everybody counts as having one entitlement more). It is 0 when members have no
 * more access than others.
 *
 * @param members groups of people; no person is in two of them
 */
export function shareByChance(
  { rowOffset, persons }: Pick<PopulationGraph, 'rowOffset' | 'persons'>,
  members: readonly Uint32Array[],
  { entitlements, inside, outside }: BlockGrants,
): number {
  let size = 0
  let held = 0
  for (const some of members) {
    size += some.length
    for (const person of some) held += rowOffset[person + 1]! - rowOffset[person]!
  }
  const rest = persons.length - size
  if (rest === 0 || outside === 0) return 0
  const factor = (1 + (held - inside) / size) / (1 + (rowOffset[persons.length]! - held - outside) / rest)
  if (factor <= 1) return 0
  const rate = (factor * outside) / (entitlements * rest)
  return rate >= 1 ? 1 : binomialTail(fewestOfBlock(entitlements), entitlements, rate)
}

import type { ImpactColumns } from './impact-result.ts'

/**
 * Positions in order of effect: the largest sum of gains and losses first, then in their original order.
 * @param takes whether a position is listed at all
 */
export function mostAffectedFirst({ gains, losses }: ImpactColumns, takes: (place: number) => boolean): Uint32Array {
  let most = 0
  for (let i = 0; i < gains.length; i++) most = Math.max(most, gains[i]! + losses[i]!)
  const next = new Uint32Array(most + 2)
  let count = 0
  for (let i = 0; i < gains.length; i++) {
    if (!takes(i)) continue
    next[most - gains[i]! - losses[i]! + 1]!++
    count++
  }
  for (let i = 0; i <= most; i++) next[i + 1]! += next[i]!
  const places = new Uint32Array(count)
  for (let i = 0; i < gains.length; i++) if (takes(i)) places[next[most - gains[i]! - losses[i]!]!++] = i
  return places
}

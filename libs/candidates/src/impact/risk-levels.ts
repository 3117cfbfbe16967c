import { invalidArgument } from '@assay/errors'
import { foldedLevel } from '@assay/policies'

/**
 * The rank of a risk level: 0 for no level, then from 1. An unknown word has a higher rank than all others.
 * @param order the tenant's words for risk, lowest first
 */
export function riskRank(level: string, order: readonly string[]): number {
  const word = foldedLevel(level)
  if (word === '') return 0
  const place = order.findIndex((known) => foldedLevel(known) === word)
  return place < 0 ? order.length + 1 : place + 1
}

/** @throws invalid_argument for an unknown word */
export function requireRiskRank(level: string, field: string, order: readonly string[]): number {
  const rank = riskRank(level, order)
  if (rank === 0 || rank > order.length)
    throw invalidArgument(field, `"${level}" is no risk level; there are ${order.join(', ')}`)
  return rank
}

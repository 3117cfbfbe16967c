import { invalidArgument } from '@assay/errors'
import { foldedLevel } from '@assay/policies'

/**
 * 0 for no level, then from 1; a word that is not known counts as above all others.
 * @param order the words for risk of the tenant, the least first
 */
export function riskRank(level: string, order: readonly string[]): number {
  const word = foldedLevel(level)
  if (word === '') return 0
  const place = order.findIndex((known) => foldedLevel(known) === word)
  return place < 0 ? order.length + 1 : place + 1
}

/** @throws invalid_argument for a word that is not known */
export function requireRiskRank(level: string, field: string, order: readonly string[]): number {
  const rank = riskRank(level, order)
  if (rank === 0 || rank > order.length)
    throw invalidArgument(field, `"${level}" is no risk level; there are ${order.join(', ')}`)
  return rank
}

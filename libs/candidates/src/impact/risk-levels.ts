import { invalidArgument } from '@assay/errors'

/** From the lowest; compared regardless of case. */
const defaultRiskOrder: readonly string[] = ['low', 'medium', 'high', 'critical']

/** 0 for no level, then from 1; a word that is not known counts as above all others. */
export function riskRank(level: string, order: readonly string[] = defaultRiskOrder): number {
  const word = level.trim().toLowerCase()
  if (word === '') return 0
  const place = order.indexOf(word)
  return place < 0 ? order.length + 1 : place + 1
}

/** @throws invalid_argument for a word that is not known */
export function requireRiskRank(level: string, field: string, order: readonly string[] = defaultRiskOrder): number {
  const rank = riskRank(level, order)
  if (rank === 0 || rank > order.length)
    throw invalidArgument(field, `"${level}" is no risk level; there are ${order.join(', ')}`)
  return rank
}

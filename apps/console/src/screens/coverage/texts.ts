import type { Residual } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { layers } from './search.ts'

export const texts = {
  title: 'Coverage',
  tabs: 'What is shown',
  looking: 'Counting all grants.',
  noData: 'Nothing is loaded.',
  layers: 'Who tells how many grants',
  layer: 'Layer',
  grants: 'Grants',
  share: 'Of all',
  identities: 'Held by',
  sum: 'All grants',
  orphans: 'rows of sources have no holder; they are not counted.',
  applications: 'Where most is left over',
  application: 'Application',
  staysOver: 'Left over',
  listed: 'Grants',
  allLayers: 'Show all layers',
  everyApplication: 'In all applications',
  nothing: 'There is no such grant.',
  person: 'Person',
  access: 'Access',
  toldBy: 'Explained by',
  breaches: 'What the present data hold against policies',
  noBreaches: 'The present data hold nothing against the policies in force.',
  policy: 'Policy',
  severity: 'Severity',
  holds: 'Holds',
  andAlso: 'and also',
} as const

/** How many grants are explained, and how many are left over. */
export function coverageSentence({ grants, layers: sums }: Residual): string {
  const sumOf = (kind: 'not mined' | 'explained' | 'left over') =>
    Object.values(layers)
      .filter((one) => one.kind === kind)
      .reduce((sum, { layer }) => sum + Number(sums.find((one) => one.layer === layer)?.grants ?? 0n), 0)
  const mined = Number(grants) - sumOf('not mined')
  const notMined = sumOf('not mined') === 0 ? '' : ` ${formatCount(sumOf('not mined'))} more are not mined.`
  return `${formatShare(sumOf('explained'), mined)} grants of enabled people are common access, in profiles or in open candidates; ${formatShare(sumOf('left over'), mined)} are left over.${notMined}`
}

import type { Layer, Residual } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { type LayerName, layers, type TabName } from './search.ts'

export const texts = {
  title: 'Coverage',
  tabs: 'What is shown',
  looking: 'Counting all grants.',
  layers: 'What explains how many grants',
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
  toPolicies: 'To the policies',
  noBreaches: 'The present data hold nothing against the policies in force.',
  policy: 'Policy',
  severity: 'Severity',
  holds: 'Holds',
  breachCount: (count: number) => counted(count, 'breach', 'breaches'),
  holders: (count: number) => counted(count, 'holder', 'holders'),
} as const

/** How many grants are explained, and how many are left over. */
export function coverageSentence({ grants, layers: sums }: Residual): string {
  const sumOf = (kind: 'notMined' | 'explained' | 'leftOver') =>
    Object.values(layers)
      .filter((one) => one.kind === kind)
      .reduce((sum, { layer }) => sum + Number(sums.find((one) => one.layer === layer)?.grants ?? 0n), 0)
  const mined = Number(grants) - sumOf('notMined')
  const notMined = sumOf('notMined') === 0 ? '' : ` ${formatCount(sumOf('notMined'))} more are not mined.`
  return `${formatShare(sumOf('explained'), mined)} grants of enabled people are common access, in profiles or in open candidates; ${formatShare(sumOf('leftOver'), mined)} are left over.${notMined}`
}

export const tabNames: Readonly<Record<TabName, string>> = {
  layers: 'Layers',
  attributes: 'Attributes',
  breaches: 'Breaches of policies',
}

export const layerNames: Readonly<Record<LayerName, string>> = {
  disabled: 'Held by disabled or deleted people',
  service: 'Held by services',
  common: 'Common access',
  accepted: 'Access profiles',
  open: 'Open candidates',
  policy: 'Kept out by a policy',
  unused: 'Not used lately',
  outlier: 'Few people like them hold it',
  'one-off': 'Nobody else holds it',
  'too-few': 'Too few hold it for a group',
  'no-attribute': 'No attribute says who holds it',
}

export function layerTitle(layer: Layer): string {
  const name = layerEntries.find(([, one]) => one.layer === layer)?.[0]
  return name === undefined ? kitTexts.unknownValue(layer) : layerNames[name]
}

const layerEntries = Object.entries(layers) as [LayerName, { readonly layer: Layer }][]

/** The words for the kinds of layers. */
export const layerKinds = { notMined: 'not mined', explained: 'explained', leftOver: 'left over' } as const

export const severities: Readonly<Record<Severity, string>> = {
  [Severity.UNSPECIFIED]: '',
  [Severity.LOW]: 'low',
  [Severity.MEDIUM]: 'medium',
  [Severity.HIGH]: 'high',
  [Severity.CRITICAL]: 'critical',
}

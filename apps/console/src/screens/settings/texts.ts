import type { ValueName } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { conditionWords } from '../explore/value-words.ts'

/** A scope, with the names of the objects in it. */
export interface NamedScope {
  readonly filters: readonly { readonly attribute: string; readonly values: readonly string[] }[]
  readonly managerId: string
  readonly managerDisplayName: string
  readonly applicationIds: readonly string[]
  readonly applicationDisplayNames: { readonly [id: string]: string }
  readonly valueNames: readonly ValueName[]
}

export const texts = {
  title: 'Settings',
  pages: 'Settings',
  mining: 'Analysis',
  miningMeans: 'How careful the analysis is, and which attributes it does not use.',
  policies: 'Policies',
  policiesMeans: 'Rules that every proposal, every access profile and every change of access must obey.',
  schedules: 'Schedules',
  schedulesMeans: 'How often sources are read from servers.',
  webhooks: 'Webhooks',
  webhooksMeans: 'Addresses of other systems to which Assay sends events.',
  people: 'People',
  peopleMeans: 'Who signs in to the console through an identity provider, and with which role.',
  clients: 'API clients',
  clientsMeans: 'Programs that may call the API, what they may do, and whom they see.',
  below: 'A manager: this person and everybody below',
  inApplications: 'Applications (none: all)',
  seesAll: 'everybody',
  everybodyBelow: (person: string) => `${person} and everybody below`,
  onlyIn: (applications: readonly string[]) => `in ${applications.join(', ')}`,
  sources: 'Sources',
  sourcesMeans: 'Where access data come from, under Data.',
  api: 'API description',
  apiMeans: 'Every call of the API, with its request and its response.',
} as const

/** `department: Sales or Finance; Ada Lovelace and everybody below; in CRM` */
export function scopeText(scope: NamedScope | undefined): string {
  if (scope === undefined) return texts.seesAll
  const { filters, managerId, managerDisplayName, applicationIds, applicationDisplayNames, valueNames } = scope
  const parts = filters.map((filter) => conditionWords(valueNames, filter))
  if (managerId !== '') parts.push(texts.everybodyBelow(managerDisplayName || managerId))
  if (applicationIds.length > 0) parts.push(texts.onlyIn(applicationIds.map((id) => applicationDisplayNames[id] || id)))
  return parts.join('; ')
}

/** The same by the ids of the data. */
export function scopeIds(scope: NamedScope | undefined): string {
  return scopeText(scope && { ...scope, managerDisplayName: '', applicationDisplayNames: {}, valueNames: [] })
}

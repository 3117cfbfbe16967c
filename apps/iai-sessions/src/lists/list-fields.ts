import type { FilterField, FilterFields } from '@assay/collection-query'
import { sessionStates } from '@assay/role-sessions'

/** The `filters` and `sorters` of one list. A list without one of them does not have that query parameter. */
export interface ListFields {
  readonly filters: FilterFields
  readonly sorters: readonly string[]
}

const searchable = { type: 'text', operators: ['eq', 'sw', 'co'] } as const satisfies FilterField
const startsWith = { type: 'text', operators: ['sw'] } as const satisfies FilterField
const percentage = { type: 'number', operators: ['eq', 'ge', 'gt', 'le', 'lt'] } as const satisfies FilterField
const flag = { type: 'boolean', operators: ['eq'] } as const satisfies FilterField
const roleTypes = ['SPECIALIZED', 'COMMON'] as const

/** GetRoleMiningSessions, contract 5.2. */
export const sessionList = {
  filters: { saved: flag, name: { type: 'text', operators: ['eq', 'sw'] } },
  sorters: ['createdBy', 'createdDate'],
} as const satisfies ListFields

/** The potential roles of a session, contract 5.6. `startDate` and `endDate` bound `createdDate` from below and above. */
export const sessionSummaryList = {
  filters: {
    createdById: searchable,
    createdByName: searchable,
    description: { type: 'text', operators: ['sw', 'co'] },
    endDate: { type: 'instant', operators: ['le', 'lt'] },
    freshness: percentage,
    name: searchable,
    quality: percentage,
    startDate: { type: 'instant', operators: ['ge', 'gt'] },
    saved: flag,
    type: { type: 'choice', values: roleTypes, operators: ['eq'] },
  },
  sorters: ['createdDate'],
} as const satisfies ListFields

/** The potential roles of all sessions, contract 5.7: those of a session, and more. */
export const summaryList = {
  filters: {
    ...sessionSummaryList.filters,
    name: { type: 'text', operators: ['eq', 'sw', 'co', 'ge', 'gt', 'le', 'lt'] },
    type: { type: 'choice', values: roleTypes, operators: ['eq', 'ge', 'gt', 'le', 'lt'] },
    scopingMethod: { type: 'choice', values: ['MANUAL', 'AUTO_RM'], operators: ['eq'] },
    sessionState: { type: 'choice', values: sessionStates, operators: ['eq'] },
    /** Compares the attribute values of the role's identities. */
    identityAttribute: { type: 'text', operators: ['co'] },
  },
  sorters: ['createdDate', 'identityCount', 'entitlementCount', 'freshness', 'quality'],
} as const satisfies ListFields

/** The applications of a potential role, contract 5.10. */
export const applicationList = {
  filters: { applicationName: startsWith },
  sorters: [],
} as const satisfies ListFields

/** The entitlements of a potential role, contract 5.10. */
export const entitlementList = {
  filters: { 'entitlementRef.name': startsWith },
  sorters: [],
} as const satisfies ListFields

/** Entitlements with their popularity, contract 5.11. */
export const popularityList = {
  filters: { applicationName: startsWith, 'entitlementRef.name': startsWith },
  sorters: ['popularity', 'entitlementName', 'applicationName'],
} as const satisfies ListFields

/** Excluded entitlements, contract 5.13. */
export const excludedEntitlementList = {
  filters: popularityList.filters,
  sorters: ['popularity'],
} as const satisfies ListFields

/** The identities of a potential role, contract 5.15. */
export const identityList = {
  filters: { name: startsWith },
  sorters: ['name'],
} as const satisfies ListFields

/** Saved potential roles, contract 5.18. */
export const savedRoleList = {
  filters: {},
  sorters: ['modified'],
} as const satisfies ListFields

/** The number of days on which the identities of a potential role used a source, contract 5.19. */
export const sourceUsageList = {
  filters: {},
  sorters: ['displayName', 'email', 'usageCount'],
} as const satisfies ListFields

import type { FilterField } from '@assay/collection-query'
import type { ListFields } from './list-request.ts'

const named = { type: 'text', operators: ['eq', 'in'] } as const satisfies FilterField
const searched = { type: 'text', operators: ['eq', 'sw'] } as const satisfies FilterField
const startsWith = { type: 'text', operators: ['sw'] } as const satisfies FilterField
const flag = { type: 'boolean', operators: ['eq'] } as const satisfies FilterField
// SailPoint's text leaves out some of them for one member and others for the next; all are served.
const time = { type: 'instant', operators: ['gt', 'lt', 'ge', 'le'] } as const satisfies FilterField

/** SailPoint's pagers ask for 250 roles, above the 50 of its description, and stop at a shorter page. */
const fifty = { most: 250, standard: 50 } as const

export const roleList = {
  filters: {
    id: named,
    name: searched,
    created: time,
    modified: time,
    'owner.id': named,
    requestable: flag,
    dimensional: flag,
  },
  sorters: ['name', 'created', 'modified'],
  pages: fifty,
} as const satisfies ListFields

export const memberList = {
  filters: { id: named, aliasName: searched, email: searched, name: { type: 'text', operators: ['eq', 'sw', 'co'] } },
  sorters: ['id', 'name', 'aliasName', 'email'],
} as const satisfies ListFields

export const roleEntitlementList = {
  filters: {
    id: named,
    'owner.id': named,
    'source.id': named,
    name: searched,
    attribute: searched,
    value: searched,
    created: time,
    modified: time,
  },
  sorters: ['name', 'attribute', 'value', 'created', 'modified'],
  pages: fifty,
} as const satisfies ListFields

export const accessProfileList = {
  filters: {
    id: named,
    name: searched,
    created: time,
    modified: time,
    'owner.id': named,
    requestable: flag,
    'source.id': named,
  },
  sorters: ['name', 'created', 'modified'],
} as const satisfies ListFields

export const taskList = {
  filters: {
    id: named,
    sourceId: named,
    type: named,
    launcher: named,
    completionStatus: { type: 'text', operators: ['eq', 'in', 'isnull'] },
  },
  sorters: ['created'],
} as const satisfies ListFields

export const policyList = {
  filters: {
    id: named,
    name: { type: 'text', operators: ['eq', 'in', 'sw', 'co'] },
    state: named,
    description: { type: 'text', operators: ['eq', 'co', 'sw'] },
    'ownerRef.name': searched,
    level: named,
    type: { type: 'text', operators: ['eq'] },
  },
  sorters: ['id', 'name', 'created', 'modified', 'description', 'ownerRef.name'],
} as const satisfies ListFields

export const commonAccessList = {
  filters: {
    status: searched,
    reviewedByUser: flag,
    'access.id': searched,
    'access.type': { type: 'text', operators: ['eq'] },
    'access.name': searched,
    'access.description': searched,
  },
  sorters: ['access.name', 'status'],
} as const satisfies ListFields

export const insightList = {
  filters: { name: startsWith, ownerName: startsWith, description: startsWith },
  sorters: ['numberOfUpdates', 'identitiesWithAccess', 'totalNumberOfIdentities'],
} as const satisfies ListFields

export const entitlementChangeList = {
  filters: { name: startsWith, description: startsWith },
  sorters: ['identitiesWithAccess', 'name'],
} as const satisfies ListFields

export const currentEntitlementList = {
  filters: { name: startsWith, description: startsWith },
  sorters: [],
} as const satisfies ListFields

export const insightIdentityList = {
  filters: { name: startsWith },
  sorters: ['name'],
} as const satisfies ListFields

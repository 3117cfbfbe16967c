import type { FilterField, FilterValue } from '@assay/collection-query'
import type { EntitlementField, EntitlementSorter } from '@assay/directory'
import type { SeparationField, SeparationSorter } from '@assay/policies'
import type { MemberField, ProfileField, ProfileSorter } from '@assay/profiles'
import type { ListFields } from './list-request.ts'

// The filters and sorters of lists about roles, in the form of list-fields.ts.

const among = ['eq', 'in'] as const
const beginning = ['eq', 'sw'] as const
const text = { type: 'text' } as const
const flag = { type: 'boolean', operators: ['eq'] } as const satisfies FilterField
// SailPoint's text names different operators for different members; Assay allows all of them.
const time = { type: 'instant', operators: ['gt', 'lt', 'ge', 'le'] } as const satisfies FilterField

/** SailPoint's description limits pages to 50, but its pagers request 250 and stop at a page that is shorter. */
const fifty = { most: 250, usual: 50 } as const

/** GET /roles and POST /roles/filter, section 9. */
export const roleList = {
  filters: {
    id: { ...text, operators: among, column: 'id' },
    name: { ...text, operators: beginning, column: 'name' },
    created: { ...time, column: 'createdAt' },
    modified: { ...time, column: 'updatedAt' },
    'owner.id': { ...text, operators: among, column: 'ownerId' },
    requestable: { ...flag, column: 'published' },
    dimensional: { ...flag, value: false },
  },
  sorters: { name: 'name', created: 'createdAt', modified: 'updatedAt' },
  sizes: fifty,
} as const satisfies ListFields<ProfileField, ProfileSorter>

/** The members of a role. */
export const memberList = {
  filters: {
    id: { ...text, operators: among, column: 'id' },
    aliasName: { ...text, operators: beginning, column: 'login' },
    email: { ...text, operators: beginning, column: 'email' },
    name: { ...text, operators: ['eq', 'sw', 'co'], column: 'name' },
  },
  sorters: { id: 'id', name: 'name', aliasName: 'login', email: 'email' },
} as const satisfies ListFields<MemberField, MemberField>

/** The entitlements of a role. */
export const roleEntitlementList = {
  filters: {
    id: { ...text, operators: among, column: 'id' },
    'owner.id': { ...text, operators: among, value: null },
    'source.id': { ...text, operators: among, column: 'applicationId' },
    name: { ...text, operators: beginning, column: 'name' },
    attribute: { ...text, operators: beginning, column: 'attribute' },
    value: { ...text, operators: beginning, column: 'id' },
    created: { ...time, value: null },
    modified: { ...time, value: null },
  },
  sorters: { name: 'name', attribute: 'attribute', value: 'id', created: null, modified: null },
  sizes: fifty,
} as const satisfies ListFields<EntitlementField, EntitlementSorter>

/** GET /access-profiles, section 10; the list is always empty. */
export const accessProfileList = {
  filters: {
    id: { ...text, operators: among, value: null },
    name: { ...text, operators: beginning, value: null },
    created: { ...time, value: null },
    modified: { ...time, value: null },
    'owner.id': { ...text, operators: among, value: null },
    requestable: { ...flag, value: null },
    'source.id': { ...text, operators: among, value: null },
  },
  sorters: { name: null, created: null, modified: null },
} as const satisfies ListFields<never, never>

/** GET /task-status, section 19: successful tasks without a source, all of one type. */
export const taskList = {
  filters: {
    id: { ...text, operators: among, column: 'id' },
    sourceId: { ...text, operators: among, value: null },
    type: { ...text, operators: among, value: 'QUARTZ' },
    launcher: { ...text, operators: among, column: 'launchedBy' },
    completionStatus: { ...text, operators: ['eq', 'in', 'isnull'], value: 'SUCCESS' },
  },
  sorters: { created: 'createdAt' },
} as const satisfies ListFields<'id' | 'launchedBy', 'createdAt'>

const states = new Map(Object.entries({ enforced: true, not_enforced: false }))
const isEnforced = (state: FilterValue) => states.get(String(state).toLowerCase())

/** GET /sod-policies, section 19. */
export const policyList = {
  filters: {
    id: { ...text, operators: among, column: 'id' },
    name: { ...text, operators: ['eq', 'in', 'sw', 'co'], column: 'name' },
    state: { ...text, operators: among, column: 'enabled', as: isEnforced },
    description: { ...text, operators: ['eq', 'co', 'sw'], column: 'description' },
    'ownerRef.name': { ...text, operators: beginning, column: 'makerName' },
    level: { ...text, operators: among, column: 'severity' },
    type: { ...text, operators: ['eq'], value: 'CONFLICTING_ACCESS_BASED' },
  },
  sorters: {
    id: 'id',
    name: 'name',
    created: 'createdAt',
    modified: 'updatedAt',
    description: 'description',
    'ownerRef.name': 'makerName',
  },
} as const satisfies ListFields<SeparationField, SeparationSorter>

/** GET /common-access, section 16. */
export const commonAccessList = {
  filters: {
    status: { ...text, operators: beginning, value: 'CONFIRMED' },
    reviewedByUser: { ...flag, value: true },
    'access.id': { ...text, operators: beginning, column: 'id' },
    'access.type': { ...text, operators: ['eq'], value: 'ROLE' },
    'access.name': { ...text, operators: beginning, column: 'name' },
    'access.description': { ...text, operators: beginning, column: 'description' },
  },
  sorters: { 'access.name': 'name', status: null },
} as const satisfies ListFields<ProfileField, ProfileSorter>

// Insights are computed and are in no table: their columns are filtered and sorted in memory.

const startsWith = { type: 'text', operators: ['sw'] } as const satisfies FilterField

/** GET /role-insights, section 15. */
export const insightList = {
  filters: {
    name: { ...startsWith, column: 'name' },
    ownerName: { ...startsWith, column: 'ownerName' },
    description: { ...startsWith, column: 'description' },
  },
  sorters: {
    numberOfUpdates: 'numberOfUpdates',
    identitiesWithAccess: 'identitiesWithAccess',
    totalNumberOfIdentities: 'totalNumberOfIdentities',
  },
} as const satisfies ListFields<
  'name' | 'ownerName' | 'description',
  'numberOfUpdates' | 'identitiesWithAccess' | 'totalNumberOfIdentities'
>

/** The entitlements that a role could give in addition. */
export const entitlementChangeList = {
  filters: { name: { ...startsWith, column: 'name' }, description: { ...startsWith, column: 'description' } },
  sorters: { identitiesWithAccess: 'identitiesWithAccess', name: 'name' },
} as const satisfies ListFields<'name' | 'description', 'identitiesWithAccess' | 'name'>

/** The entitlements that a role gives. */
export const currentEntitlementList = {
  filters: entitlementChangeList.filters,
  sorters: {},
} as const satisfies ListFields<'name' | 'description', never>

/** The members of a role with or without an entitlement. */
export const insightIdentityList = {
  filters: { name: { ...startsWith, column: 'name' } },
  sorters: { name: 'name' },
} as const satisfies ListFields<'name', 'name'>

import type { FilterOperator, FilterValue } from '@assay/collection-query'
import type {
  AccountField,
  AccountSorter,
  ApplicationField,
  ApplicationSorter,
  EntitlementField,
  EntitlementSorter,
  IdentityField,
  IdentitySorter,
} from '@assay/directory'
import type { ListFields } from './list-request.ts'

// The filters and sorters of each list, as in SailPoint's description; each list names its section of the contract. A field that Assay does
// not have is null in every row; a field with the same value in every row has that value.

type Operators = readonly FilterOperator[]
type InstantOperators = readonly Exclude<FilterOperator, 'sw' | 'co' | 'ca'>[]
type FlagOperators = readonly ('eq' | 'ne' | 'in' | 'pr' | 'isnull')[]

const text = <Column extends string>(column: Column, operators: Operators) =>
  ({ type: 'text', operators, column }) as const
const always = (value: string | null, operators: Operators) => ({ type: 'text', operators, value }) as const
const flag = (value: boolean | null, operators: FlagOperators = ['eq']) =>
  ({ type: 'boolean', operators, value }) as const
const unknownTime = (operators: InstantOperators) => ({ type: 'instant', operators, value: null }) as const

const anyOrder = ['eq', 'in', 'ge', 'gt', 'le', 'lt', 'ne', 'isnull', 'sw'] as const
const instants = ['eq', 'ge', 'gt', 'in', 'le', 'lt', 'ne', 'isnull'] as const
const beginning = ['eq', 'sw'] as const
const among = ['eq', 'in'] as const

/** GET /sources, section 6. */
export const sourceList = {
  filters: {
    id: text('id', anyOrder),
    'owner.id': always(null, anyOrder),
    status: always('SOURCE_STATE_HEALTHY', anyOrder),
    'managementWorkgroup.id': always(null, anyOrder),
    connectionType: always('file', anyOrder),
    name: text('name', ['co', 'eq', 'in', 'sw', 'ge', 'gt', 'ne', 'isnull']),
    type: always('DelimitedFile', ['eq', 'ge', 'gt', 'in', 'ne', 'isnull', 'sw']),
    features: always(null, ['ca', 'co']),
    created: unknownTime(instants),
    modified: { type: 'instant', operators: instants, column: 'since' },
    description: text('description', beginning),
    authoritative: flag(false, ['eq', 'ne', 'isnull']),
    healthy: flag(true, ['isnull']),
    connectorName: always('Delimited File', ['eq', 'ge', 'gt', 'in', 'ne', 'isnull', 'sw']),
    category: always(null, ['co', 'eq', 'ge', 'gt', 'in', 'le', 'lt', 'ne', 'sw']),
  },
  sorters: {
    id: 'id',
    name: 'name',
    description: 'description',
    type: null,
    created: null,
    modified: null,
    'owner.name': null,
    healthy: null,
    status: null,
    'owner.id': null,
    'accountCorrelationConfig.id': null,
    'accountCorrelationConfig.name': null,
    'managerCorrelationRule.type': null,
    'managerCorrelationRule.id': null,
    'managerCorrelationRule.name': null,
    authoritative: null,
    'managementWorkgroup.id': null,
    connectorName: null,
    connectionType: null,
  },
} as const satisfies ListFields<ApplicationField, ApplicationSorter>

const statuses = new Map(Object.entries({ active: false, disabled: true }))
const isDisabled = (status: FilterValue) => statuses.get(String(status).toLowerCase())

/** GET /identities, section 7. */
export const identityList = {
  filters: {
    id: text('id', among),
    name: text('name', beginning),
    alias: text('alias', beginning),
    firstname: text('firstname', beginning),
    lastname: text('lastname', beginning),
    email: text('email', beginning),
    cloudStatus: { type: 'text', operators: ['eq'], column: 'disabled', as: isDisabled },
    processingState: always(null, ['eq']),
    correlated: flag(true),
    protected: flag(false),
  },
  sorters: { name: 'name', alias: 'alias', cloudStatus: 'disabled' },
} as const satisfies ListFields<IdentityField, IdentitySorter>

/** GET /public-identities, section 8; the editors of clients also filter by names. */
export const publicIdentityList = {
  filters: {
    id: text('id', among),
    alias: text('alias', beginning),
    email: text('email', beginning),
    firstname: text('firstname', beginning),
    lastname: text('lastname', beginning),
    name: text('name', beginning),
  },
  sorters: { name: 'name' },
} as const satisfies ListFields<IdentityField, IdentitySorter>

/** GET /entitlements, and the entitlements of an entitlement or an account, section 12. */
export const entitlementList = {
  filters: {
    id: text('id', among),
    type: text('type', among),
    attribute: text('attribute', among),
    'source.id': text('applicationId', among),
    'owner.id': always(null, among),
    name: text('name', ['eq', 'in', 'sw']),
    value: text('id', ['eq', 'in', 'sw']),
    requestable: flag(false),
    created: unknownTime(['gt', 'lt', 'ge', 'le']),
    modified: unknownTime(['gt', 'lt', 'ge', 'le']),
    tags: always(null, ['eq']),
    'privilegeLevel.direct': text('level', ['eq']),
  },
  sorters: {
    id: 'id',
    name: 'name',
    created: null,
    modified: null,
    type: 'type',
    attribute: 'attribute',
    value: 'id',
    'source.id': 'applicationId',
    requestable: null,
  },
} as const satisfies ListFields<EntitlementField, EntitlementSorter>

const alike = ['eq', 'in', 'sw'] as const
const states = new Map(Object.entries({ active: false, inactive_long_term: true }))
const isInactive = (state: FilterValue) => states.get(String(state).toLowerCase())

/** GET /accounts, section 11. */
export const accountList = {
  filters: {
    id: text('id', alike),
    identityId: text('identityId', alike),
    name: text('name', alike),
    nativeIdentity: text('login', alike),
    sourceId: text('applicationId', alike),
    'identity.name': text('identityName', alike),
    hasEntitlements: { type: 'boolean', operators: ['eq'], column: 'hasEntitlements' },
    uncorrelated: flag(false),
    manuallyCorrelated: flag(false),
    'identity.correlated': flag(true),
    'source.authoritative': flag(false),
    entitlements: text('holds', ['eq']),
    origin: always('AGGREGATED', among),
    'source.connectionType': always('file', among),
    'source.displayableName': text('applicationName', among),
    'identity.identityState': { type: 'text', operators: among, column: 'disabledIdentity', as: isInactive },
    'recommendation.method': always(null, ['eq', 'in', 'isnull']),
    'recommendation.type': always(null, ['eq', 'in', 'isnull']),
    created: unknownTime(['eq', 'ge', 'gt', 'le', 'lt']),
    modified: unknownTime(['eq', 'ge', 'gt', 'le', 'lt']),
  },
  sorters: {
    id: 'id',
    name: 'name',
    created: null,
    modified: null,
    sourceId: 'applicationId',
    identityId: 'identityId',
    nativeIdentity: 'login',
    uuid: null,
    manuallyCorrelated: null,
    entitlements: null,
    origin: null,
    'identity.name': 'identityName',
    'identity.identityState': 'disabledIdentity',
    'identity.correlated': null,
    'source.displayableName': 'applicationName',
    'source.authoritative': null,
    'source.connectionType': null,
    hasEntitlements: null,
    'sourceOwner.name': null,
  },
} as const satisfies ListFields<AccountField, AccountSorter>

/** Lists without own filters or sorters. */
export const plainList: ListFields<never, never> = { filters: {}, sorters: {} }

/** The months of account and source usage, section 18. */
export const monthList = { filters: {}, sorters: { date: 'date' } } as const satisfies ListFields<never, 'date'>

/** GET /workgroups, section 14; the list is always empty. */
export const workgroupList = {
  filters: {
    id: always(null, alike),
    name: always(null, alike),
    'memberships.identityId': always(null, among),
    'owner.id': always(null, among),
  },
  sorters: { name: null, created: null, modified: null, id: null, description: null },
} as const satisfies ListFields<never, never>

/** GET /identity-profiles, section 14; the list is always empty. */
export const identityProfileList = {
  filters: {
    id: always(null, ['eq', 'ne', 'ge', 'gt', 'in', 'le', 'sw']),
    name: always(null, ['eq', 'ne', 'ge', 'gt', 'in', 'le', 'sw']),
    priority: { type: 'number', operators: ['eq', 'ne'], value: null },
  },
  sorters: {
    id: null,
    name: null,
    priority: null,
    created: null,
    modified: null,
    'owner.id': null,
    'owner.name': null,
  },
} as const satisfies ListFields<never, never>

import { Ajv } from 'ajv'
import { neighbourObjects } from './neighbour-objects.ts'

/**
 * Contract section 6, as tables: the type of each member of a response. A `?` after a type says that the member may be absent.
 * No member of role mining is ever null: beta forbids null for most of them, and clients treat null like an absent member.
 * Some members of the neighbours may be null (`~`), because clients require the key.
 */
const types = {
  string: { type: 'string' },
  int: { type: 'integer', minimum: 0 },
  percent: { type: 'integer', minimum: 0, maximum: 100 },
  number: { type: 'number', minimum: 0, maximum: 100 },
  bool: { type: 'boolean' },
  uuid: { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
  date: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' },
  any: {},
  SessionState: oneOf(
    'CREATED UPDATED IDENTITIES_OBTAINED PRUNE_THRESHOLD_OBTAINED POTENTIAL_ROLES_PROCESSING POTENTIAL_ROLES_CREATED',
  ),
  RoleType: oneOf('SPECIALIZED COMMON'),
  ScopingMethod: oneOf('MANUAL AUTO_RM'),
  ProvisionState: oneOf('POTENTIAL PENDING COMPLETE FAILED'),
  ExportState: oneOf('QUEUED IN_PROGRESS SUCCESS ERROR'),
  GroupStatus: oneOf('REQUESTED OBTAINED'),
  ActivityState: oneOf('complete notComplete'),
  IdentityStatus: oneOf('ACTIVE DISABLED TERMINATED'),
  IdentityState: oneOf('ACTIVE INACTIVE_SHORT_TERM INACTIVE_LONG_TERM'),
  MembershipType: oneOf('STANDARD IDENTITY_LIST'),
  AssignmentSource: oneOf('ACCESS_REQUEST ROLE_MEMBERSHIP'),
  AccessType: oneOf('ENTITLEMENT ROLE ACCESS_PROFILE'),
}

const objects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Scope: { identityIds: 'string[]', criteria: 'string?', attributeFilterCriteria: 'any[]?' },
  CreatedBy: { id: 'string?', displayName: 'string?' },
  // Not published: the reason of a failure, or a warning.
  Status: { state: 'SessionState', errorMessage: 'string?' },
  Session: {
    scope: 'Scope',
    minNumIdentitiesInPotentialRole: 'int',
    scopingMethod: 'ScopingMethod',
    prescribedPruneThreshold: 'percent?',
    pruneThreshold: 'percent?',
    potentialRoleCount: 'int',
    potentialRolesReadyCount: 'int',
    status: 'Status',
    emailRecipientId: 'string?',
    createdBy: 'CreatedBy?',
    identityCount: 'int',
    saved: 'bool',
    name: 'string?',
    id: 'uuid',
    createdDate: 'date',
    modifiedDate: 'date',
    type: 'RoleType',
  },
  Parameters: {
    id: 'uuid',
    name: 'string?',
    minNumIdentitiesInPotentialRole: 'int',
    pruneThreshold: 'percent?',
    saved: 'bool',
    scope: 'Scope',
    type: 'RoleType',
    state: 'SessionState',
    scopingMethod: 'ScopingMethod',
  },
  RoleRef: { id: 'uuid', name: 'string' },
  Spread: { attributeName: 'string', distribution: 'SpreadValue[]' },
  SpreadValue: { attributeValue: 'string?', count: 'int' },
  Summary: {
    id: 'uuid',
    name: 'string',
    potentialRoleRef: 'RoleRef',
    identityCount: 'int',
    entitlementCount: 'int',
    identityGroupStatus: 'GroupStatus',
    provisionState: 'ProvisionState',
    roleId: 'string?',
    density: 'percent',
    freshness: 'percent',
    quality: 'percent',
    type: 'RoleType',
    createdBy: 'CreatedBy?',
    createdDate: 'date',
    saved: 'bool',
    description: 'string?',
    session: 'Parameters',
  },
  Role: {
    createdBy: 'CreatedBy?',
    density: 'percent',
    description: 'string?',
    entitlementCount: 'int',
    excludedEntitlements: 'string[]',
    freshness: 'percent',
    identityCount: 'int',
    identityDistribution: 'Spread[]',
    identityIds: 'string[]',
    identityGroupStatus: 'GroupStatus',
    name: 'string',
    potentialRoleRef: 'RoleRef',
    provisionState: 'ProvisionState?',
    quality: 'percent',
    roleId: 'string?',
    saved: 'bool',
    session: 'Parameters',
    type: 'RoleType',
    id: 'uuid',
    createdDate: 'date',
    modifiedDate: 'date',
  },
  EntitlementRef: { id: 'string', name: 'string', description: 'string?', attribute: 'string' },
  Entitlement: {
    entitlementRef: 'EntitlementRef',
    name: 'string',
    applicationName: 'string',
    identityCount: 'int',
    popularity: 'number',
    popularityInOrg: 'number',
    sourceId: 'string',
    activitySourceState: 'ActivityState',
    sourceUsagePercent: 'number?',
  },
  Identity: { id: 'string', name: 'string', attributes: 'string{}' },
  Named: { id: 'string', name: 'string' },
  Usage: { id: 'string', displayName: 'string', email: 'string', usageCount: 'int' },
  Draft: {
    name: 'string',
    description: 'string',
    identityIds: 'string[]',
    entitlementIds: 'string[]',
    excludedEntitlements: 'string[]',
    modified: 'date',
    type: 'RoleType',
    id: 'uuid',
    createdDate: 'date',
    modifiedDate: 'date',
  },
  Export: { exportId: 'uuid', status: 'ExportState', minEntitlementPopularity: 'percent', includeCommonAccess: 'bool' },
  Failure: { detailCode: 'string', trackingId: 'string', messages: 'Message[]', causes: 'Message[]' },
  Message: { locale: 'string', localeOrigin: 'string', text: 'string' },
  TokenFailure: { error: 'string' },
  LimitFailure: { message: 'string' },
  ...neighbourObjects,
}

function oneOf(values: string) {
  return { type: 'string', enum: values.split(' ') }
}

function schemaOf(type: string): object {
  const inner = type.replace(/\?$/, '')
  if (inner.endsWith('~')) return { anyOf: [schemaOf(inner.slice(0, -1)), { type: 'null' }] }
  if (inner.endsWith('[]')) return { type: 'array', items: schemaOf(inner.slice(0, -2)) }
  if (inner.endsWith('{}')) return { type: 'object', additionalProperties: schemaOf(inner.slice(0, -2)) }
  if (inner in types) return types[inner as keyof typeof types]
  const members = objects[inner]
  if (members === undefined) throw new Error(`there is no schema ${inner}`)
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(members).map(([name, member]) => [name, schemaOf(member)])),
    required: Object.keys(members).filter((name) => !members[name]?.endsWith('?')),
    additionalProperties: false,
  }
}

const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true })

/** The faults of a response that should have a type such as `Session` or `Summary[]`; empty if there are none. */
export function faultsOf(answer: unknown, type: string): string[] {
  const validate = ajv.compile(schemaOf(type))
  if (validate(answer)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${type}${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

import { jsonPieces } from './json-text.ts'
import { nameOf, type PublishedEntitlement, type PublishedPerson, type PublishedProfile } from './published-profile.ts'
import { conditionsOf, type RuleCondition } from './simple-rule.ts'
import type { Target } from './target.ts'

/**
 * Placeholders for ids that Graph assigns. The user of the file replaces them by the id of the catalog, and by the ids of packages and
 * policies in the answers of earlier calls.
 */
const placeholders = {
  catalog: '{catalogId}',
  accessPackage: '{accessPackageId}',
  policy: '{assignmentPolicyId}',
} as const

/** Entra's ids of users, groups and applications. */
const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The bodies of the calls to /identityGovernance/entitlementManagement of Microsoft Graph 1.0. */
export const entra: Target = {
  id: 'entra',
  title: 'Microsoft Entra access packages',
  loses: [
    'Entitlements of other systems, and those without an id of Entra: roles of the directory, and roles of applications that the data know by name alone.',
    'Members without an account in Entra.',
    'Rules other than comparisons of attributes that Entra has; members are then assigned one by one. Entra compares without regard to case.',
    'Owners: a catalog has them, and a package has none.',
    'Whether a profile is common access.',
  ],
  system: {
    application: 'entra',
    owns: ({ applicationId, id }) => applicationId === 'entra' || (guid.test(applicationId) && guid.test(id)),
    takes: (entitlement) =>
      entitlement.isOwn && guid.test(entitlement.id) && (isRole(entitlement) || isGroup(entitlement)),
    takesPerson: (id) => guid.test(id),
  },
  files: (profiles) => [{ name: 'access-packages.json', content: () => accessPackages(profiles) }],
}

function* accessPackages(profiles: readonly PublishedProfile[]): Generator<string> {
  yield* jsonPieces({ accessPackages: profiles.values().map(packageOf) })
  yield '\n'
}

function packageOf(profile: PublishedProfile) {
  const rule = profile.automationEnabled ? membershipRule(profile.celExpression) : undefined
  return {
    profileId: profile.id,
    accessPackage: {
      displayName: profile.displayName,
      // Graph refuses a package without a description.
      description: profile.description || profile.displayName,
      isHidden: false,
      catalog: { id: placeholders.catalog },
    },
    resourceRoleScopes: profile.entitlements.map(roleScope),
    assignmentPolicies: [rule === undefined ? directPolicy(profile) : automaticPolicy(profile, rule)],
    assignmentRequests: rule === undefined ? profile.members.values().map(assignmentRequest) : [],
  }
}

function isRole({ applicationId, id }: PublishedEntitlement): boolean {
  return guid.test(applicationId) && guid.test(id)
}

/** Roles of the directory, and roles of applications that the data only name, are no groups. */
function isGroup({ applicationId, resourceType }: PublishedEntitlement): boolean {
  return resourceType === 'group' || (applicationId === 'entra' && resourceType !== 'role')
}

/** A role of an application when both ids are those of Entra; otherwise the members of a group. */
function roleScope(entitlement: PublishedEntitlement) {
  const { applicationId, applicationDisplayName, id } = entitlement
  const ofApplication = isRole(entitlement)
  const originSystem = ofApplication ? 'AadApplication' : 'AadGroup'
  const originId = ofApplication ? applicationId : id
  const displayName = ofApplication
    ? nameOf({ id: applicationId, displayName: applicationDisplayName })
    : nameOf(entitlement)
  return {
    role: {
      displayName: ofApplication ? nameOf(entitlement) : 'Member',
      originSystem,
      originId: ofApplication ? id : `Member_${id}`,
      resource: { displayName, originId, originSystem },
    },
    scope: { displayName: 'Root', description: 'Root Scope', originId, originSystem, isRootScope: true },
  }
}

/** A policy by which only administrators assign, since the members were decided in Assay. */
function directPolicy({ displayName }: PublishedProfile) {
  return {
    displayName,
    description: 'Assigned as decided in Assay',
    allowedTargetScope: 'notSpecified',
    specificAllowedTargets: [],
    expiration: { type: 'noExpiration' },
    requestorSettings: {
      enableTargetsToSelfAddAccess: false,
      enableTargetsToSelfUpdateAccess: false,
      enableTargetsToSelfRemoveAccess: false,
      allowCustomAssignmentSchedule: true,
      enableOnBehalfRequestorsToAddAccess: false,
      enableOnBehalfRequestorsToUpdateAccess: false,
      enableOnBehalfRequestorsToRemoveAccess: false,
      onBehalfRequestors: [],
    },
    requestApprovalSettings: { isApprovalRequiredForAdd: false, isApprovalRequiredForUpdate: false, stages: [] },
    accessPackage: { id: placeholders.accessPackage },
  }
}

function automaticPolicy({ displayName }: PublishedProfile, rule: string) {
  return {
    displayName,
    description: 'Assigned by the rule of the profile',
    allowedTargetScope: 'specificDirectoryUsers',
    specificAllowedTargets: [
      {
        '@odata.type': '#microsoft.graph.attributeRuleMembers',
        description: displayName,
        membershipRule: rule,
      },
    ],
    automaticRequestSettings: { requestAccessForAllowedTargets: true },
    accessPackage: { id: placeholders.accessPackage },
  }
}

function assignmentRequest({ id }: PublishedPerson) {
  return {
    requestType: 'adminAdd',
    assignment: {
      targetId: id,
      assignmentPolicyId: placeholders.policy,
      accessPackageId: placeholders.accessPackage,
    },
  }
}

/** The attributes that a rule of Entra can use, by their names in the map of Entra's users. */
const entraNames: Readonly<Record<RuleCondition['attribute']['kind'], Readonly<Record<string, string>>>> = {
  field: { department: 'department', jobTitle: 'jobTitle' },
  key: { company: 'companyName', office: 'physicalDeliveryOfficeName', city: 'city', country: 'country' },
}
/** The longest rule of Entra, in characters. */
const longestEntraRule = 3072

function membershipRule(celExpression: string): string | undefined {
  const conditions = conditionsOf(celExpression)
  const clauses = conditions?.map(({ attribute: { kind, name }, values }) => {
    const names = entraNames[kind]
    if (!Object.hasOwn(names, name)) return undefined
    const [first, ...others] = values.map(ruleText)
    const property = `user.${names[name]}`
    return others.length === 0 ? `(${property} -eq ${first})` : `(${property} -in [${[first, ...others].join(', ')}])`
  })
  if (clauses === undefined || clauses.includes(undefined)) return undefined
  const rule = clauses.join(' -and ')
  return rule.length > longestEntraRule ? undefined : rule
}

/** In a rule of Entra, a backtick escapes a quote. */
function ruleText(text: string): string {
  return `"${text.replaceAll('`', '``').replaceAll('"', '`"')}"`
}

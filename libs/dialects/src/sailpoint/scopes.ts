/** The scope that allows every call, within the client's role. */
export const allScopes = 'sp:scopes:all'
/** The scope of tokens when none was chosen. */
export const defaultScope = 'sp:scopes:default'

/** The scopes of role mining: the first one allows the calls that read, the second one all calls. */
export const modelingRead = 'iai:access-modeling:read'
export const modelingManage = 'iai:access-modeling:manage'

/** The scopes of each area of the API that allow its calls that read; `manage` allows them too. */
export const sources = ['idn:sources:read', 'idn:sources:manage']
export const identities = ['idn:identity:read', 'idn:identity:manage']
export const directReports = ['idn:identity-direct-report:read']
export const entitlements = ['idn:entitlement:read', 'idn:entitlement:update', 'idn:entitlement:manage']
export const accounts = ['idn:accounts:read', 'idn:accounts:manage']
export const identityHistory = ['idn:identity-history:manage']
export const workgroups = ['idn:workgroup:read', 'idn:workgroup:manage']
export const identityProfiles = ['idn:identity-profile:read', 'idn:identity-profile:manage']
export const lifecycleStates = ['idn:identity-profile-lifecycle-state:read']
export const identityAttributes = ['idn:identity-profile-attribute:read', 'idn:identity-profile-attribute:manage']
export const tenant = ['sp:tenant:read']
export const campaigns = ['idn:campaign:read', 'idn:campaign:manage']
export const rolesRead = ['idn:role-unchecked:read', 'idn:role-checked:read']
export const rolesManage = ['idn:role-unchecked:manage', 'idn:role-checked:manage']
export const accessProfilesRead = ['idn:access-profile:read']
export const accessProfilesManage = ['idn:access-profile:manage']
export const search = ['sp:search:read']
export const roleInsights = ['iai:role-insights']
export const outliers = ['iai:outliers:read', 'iai:outliers:manage']
export const decisions = ['iai:decisions:manage']
export const configurationRead = ['iai:configuration:read']
export const configurationManage = ['iai:configuration:manage']
export const sodPolicies = ['idn:sod-policy:read', 'idn:sod-policy:manage']
export const sodViolations = ['idn:sod-violation:read', 'idn:sod-violation:manage']
export const tasks = ['idn:task-management:read', 'idn:task-management:write']

/**
 * Scopes that a client may be made with. Scripts name the scopes of all calls that they make, so the list also has scopes of
 * calls that we do not serve.
 */
export const knownScopes: readonly string[] = [
  modelingRead,
  modelingManage,
  allScopes,
  defaultScope,
  ...sources,
  'idn:source-schema:read',
  'idn:source-schema:manage',
  ...identities,
  ...directReports,
  ...entitlements,
  ...accounts,
  ...identityHistory,
  ...workgroups,
  ...identityProfiles,
  ...lifecycleStates,
  ...identityAttributes,
  ...tenant,
  'sp:auth-user:read',
  ...campaigns,
  ...rolesRead,
  ...rolesManage,
  ...accessProfilesRead,
  ...accessProfilesManage,
  ...search,
  ...roleInsights,
  ...outliers,
  ...decisions,
  ...configurationRead,
  ...configurationManage,
  ...sodPolicies,
  ...sodViolations,
  ...tasks,
]

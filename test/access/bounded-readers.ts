import { createApiClient, type Role } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import type { ScopeConditions } from '@assay/directory'
import { generateOrganisation, type Organisation } from '@assay/sample-org'
import { findTenant } from '@assay/store'
import { create, type DescMethod, fromJson, type JsonObject, type JsonValue, toJson } from '@bufbuild/protobuf'
import { Code, type ConnectError, type Transport } from '@connectrpc/connect'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { bindClientToScope } from '../../apps/assay/src/commands/client-scope.ts'
import { settled } from '../platform/furnished.ts'
import { grpc, importFiles, type TestPlatform } from '../platform/platform.ts'
import { filesOf } from '../platform/sample.ts'
import type { AccessPlatform } from './furnished.ts'

/** What the furnished platform was loaded with. */
export const organisation = generateOrganisation({ seed: 4, identityCount: 200 })
const grants = [...organisation.grants]

/** The slow twin: whether filters mean people, and people of one department alone. */
export function isInside(filters: readonly { attribute: string; values: string[] }[], department: string): boolean {
  const people = organisation.identities.filter(
    (one) =>
      one.status === 'enabled' &&
      one.type === 'human' &&
      filters.every(({ attribute, values }) => values.includes(attributeOf(one, attribute))),
  )
  return people.length > 0 && people.every((one) => one.department === department)
}

function attributeOf(one: Organisation['identities'][number], attribute: string): string {
  const values: Record<string, string> = {
    ...one.attributes,
    department: one.department,
    job_title: one.jobTitle,
    manager: one.managerId,
    employment_type: one.employmentType,
    employment_status: one.employmentStatus,
    directory_status: one.status,
  }
  return values[attribute] ?? ''
}

/** A fresh client of the tenant `local` that is bound to a scope. */
async function boundClient(
  platform: TestPlatform,
  role: Role,
  conditions: ScopeConditions,
): Promise<{ readonly clientId: string; readonly token: string }> {
  const tenant = await findTenant(platform.db.owner.sql, 'local')
  const tenantId = tenant?.tenantId ?? 0
  const client = await createApiClient(platform.db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role,
    displayName: `Bound ${role}`,
    host: '127.0.0.1',
  })
  await bindClientToScope(platform.db.owner.sql, tenantId, client.clientId, conditions)
  return { clientId: client.clientId, token: await fetchToken(platform.baseUrl, client) }
}

/** The files of the organisation with the rows of some people alone. */
function partOf(ids: ReadonlySet<string>): Record<string, string> {
  const files = Object.entries(filesOf(organisation)).map(([name, text]) => {
    const [head, ...rows] = text.split(/(?<=\n)/)
    const ofPeople = /^(identity_)?id,/.test(head) && /^(identities|grants|usage)/.test(name)
    return [name, [head, ...rows.filter((row) => !ofPeople || ids.has(row.split(',')[0]))].join('')]
  })
  return Object.fromEntries(files)
}

/** A department of which the reader sees everything, and a tenant that holds its people alone. */
export interface BoundedPlatform {
  readonly department: string
  readonly people: Organisation['identities']
  /** Of a reviewer who sees the department, in all applications of the organisation. */
  readonly reviewer: Transport
  readonly reviewerToken: string
  /** Of an administrator of the small tenant. */
  readonly small: Transport
}

export async function boundDepartment(platform: AccessPlatform, department: string): Promise<BoundedPlatform> {
  const people = organisation.identities.filter((one) => one.department === department)
  const ids = new Set(people.map(({ id }) => id))
  const smallToken = await platform.token('admin', 'small')
  await importFiles(platform.baseUrl, smallToken, partOf(ids))
  await settled(platform)
  const applicationIds = organisation.applications.map(({ id }) => id)
  const filters = [{ attribute: 'department', values: [department] }]
  const { token } = await boundClient(platform, 'reviewer', { filters, applicationIds })
  return {
    department,
    people,
    reviewer: grpc(platform.baseUrl, token),
    reviewerToken: token,
    small: grpc(platform.baseUrl, smallToken),
  }
}

/** One call, whole: the answer, all messages of a stream, or the code and words of the refusal. */
export async function answer(transport: Transport, method: DescMethod, request: JsonObject): Promise<JsonValue> {
  const input = create(method.input, fromJson(method.input, request)) as never
  try {
    if (method.methodKind === 'unary') {
      const { message } = await transport.unary(method as never, undefined, undefined, undefined, input)
      return toJson(method.output, message)
    }
    async function* only() {
      yield input
    }
    const { message } = await transport.stream(method as never, undefined, undefined, undefined, only())
    const messages: JsonValue[] = []
    for await (const one of message) {
      const json = toJson(method.output, one) as JsonObject
      messages.push(typeof json.data === 'string' ? Buffer.from(json.data, 'base64').toString() : json)
    }
    return messages
  } catch (error) {
    const { code, rawMessage } = error as ConnectError
    return { code: Code[code], message: rawMessage }
  }
}

/** Members that no two tenants have alike, whatever they hold. */
const ofTenant = /^(importId|etag|version|nextPageToken|.*Time|.*At|grantedAt)$/

/** An answer without what names the tenant that gave it. */
export function alike(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(alike)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !ofTenant.test(name))
      .map(([name, member]) => [name, alike(member)]),
  )
}

/** Requests of calls that answer a bounded reader as they answer the small tenant, one or more for each. */
export function comparedRequests({ department, people }: BoundedPlatform): readonly (readonly [string, JsonObject])[] {
  const [person] = people.filter(({ id, status, type }) => status === 'enabled' && type === 'human' && holds(id))
  const { entitlementId } = grants.find(({ identityId }) => identityId === person.id) ?? {
    entitlementId: '',
  }
  const applicationId = organisation.entitlements.find(({ id }) => id === entitlementId)?.applicationId ?? ''
  const entitlement = { applicationId, entitlementId }
  const jobs = [...new Set(people.map(({ jobTitle }) => jobTitle))]
  const filters = [{ attribute: 'job_title', values: [person.jobTitle] }]
  const adHoc = (rule: JsonObject) => ({ adHoc: { displayName: 'Asked', entitlements: [entitlement], rule } })
  // Outside the department there are people of the same job, and the rules mean them too where they are seen.
  const byFilters = adHoc({ filters: { filters } })
  const byRule = adHoc({ celExpression: `subject.jobTitle == ${JSON.stringify(person.jobTitle)}` })
  const identityId = person.id
  const c1 = 'c1.api.'
  return [
    ['assay.directory.v1.DirectoryService.ListIdentities', { pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListIdentities', { query: 'er', pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.GetIdentity', { identityId }],
    ['assay.directory.v1.DirectoryService.ListApplications', { pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListEntitlements', { pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListEntitlements', { applicationId, pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.GetEntitlement', entitlement],
    ['assay.directory.v1.DirectoryService.ListIdentityGrants', { identityId, pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ListEffectiveGrants', { identityId, pageSize: 100 }],
    ['assay.directory.v1.DirectoryService.ExplainAccess', { identityId, ...entitlement }],
    ...[byFilters, byRule].flatMap((candidate): [string, JsonObject][] => [
      ['assay.candidate.v1.CandidateService.ResolveCandidate', { candidate }],
      ['assay.candidate.v1.CandidateService.ListCandidateEntitlements', { candidate }],
      ['assay.candidate.v1.CandidateService.ListCandidateIdentities', { candidate, pageSize: 100 }],
      ['assay.impact.v1.ImpactService.ComputeImpact', { candidate }],
      ['assay.impact.v1.ImpactService.ComputeImpact', { candidate, settings: { mode: 'IMPACT_MODE_REPLACE' } }],
      ['assay.impact.v1.ImpactService.ListImpactIdentities', { candidate, pageSize: 100 }],
      ['assay.impact.v1.ImpactService.ListImpactEntitlements', { candidate }],
      ['assay.impact.v1.ImpactService.ListImpactCells', { candidate, identityId }],
      ['assay.impact.v1.ImpactService.ExportImpact', { candidate }],
      ['assay.impact.v1.ImpactService.BatchComputeImpact', { candidates: [candidate] }],
    ]),
    ['assay.candidate.v1.CandidateService.CompareCandidates', { first: byFilters, second: byRule }],
    [
      'assay.candidate.v1.CandidateService.ListComparedIdentities',
      { first: byFilters, second: byRule, side: 'COMPARED_SIDE_BOTH' },
    ],
    [
      'assay.candidate.v1.CandidateService.ListComparedEntitlements',
      { first: byFilters, second: byRule, side: 'COMPARED_SIDE_BOTH' },
    ],
    ['assay.insight.v1.RecommendationService.RecommendForCohort', { filters }],
    ['assay.insight.v1.RecommendationService.RecommendForIdentity', { identityId }],
    ['assay.insight.v1.EntitlementInsightService.DescribeEntitlements', { entitlements: [entitlement] }],
    ...['SELECTION_HOLDERS', 'SELECTION_AGAINST_PATTERN', 'SELECTION_LACKING'].map(
      (selection): [string, JsonObject] => [
        'assay.insight.v1.EntitlementInsightService.ListEntitlementHolders',
        { entitlements: [entitlement], selection, pageSize: 100 },
      ],
    ),
    ['assay.insight.v1.CoverageService.RankAttributes', {}],
    ['assay.insight.v1.CoverageService.GetResidual', {}],
    ['assay.insight.v1.CoverageService.ListResidualGrants', { pageSize: 100 }],
    ['assay.insight.v1.CoverageService.ExportResidualGrants', {}],
    ['assay.insight.v1.WhyService.ExplainCohort', { conditions: filters, entitlement }],
    ['assay.insight.v1.WhyService.ExplainEntitlement', { entitlement }],
    ['assay.insight.v1.WhyService.ExplainHolding', { identityId, entitlement }],
    [`${c1}user.v1.UserSearch.Search`, { pageSize: 100 }],
    [`${c1}user.v1.UserSearch.Search`, { departments: [department, 'Sales', 'Engineering'], pageSize: 100 }],
    [`${c1}app.v1.AppSearch.Search`, { pageSize: 100 }],
    [`${c1}app.v1.AppEntitlementSearchService.Search`, { pageSize: 100 }],
    [`${c1}app.v1.AppEntitlementSearchService.Search`, { appUserIds: [identityId], pageSize: 100 }],
    [`${c1}role_mining_management.v1.RoleMiningManagementService.ListCohortFilterAttributes`, {}],
    ...['department', 'manager', 'job_title', 'location'].map((attribute): [string, JsonObject] => [
      `${c1}role_mining_management.v1.RoleMiningManagementService.ListCohortFilterAttributeValues`,
      { attribute, pageSize: 100 },
    ]),
    // Somebody outside, who is nobody to both.
    ['assay.directory.v1.DirectoryService.GetIdentity', { identityId: outsider(department) }],
    ['assay.insight.v1.WhyService.ExplainHolding', { identityId: outsider(department), entitlement }],
    [
      'assay.impact.v1.ImpactService.ComputeImpact',
      { candidate: adHoc({ identities: { identityIds: [outsider(department)] } }) },
    ],
    [
      'assay.insight.v1.WhyService.ExplainCohort',
      { conditions: [{ attribute: 'job_title', values: jobs }], entitlement },
    ],
  ]
}

function holds(id: string): boolean {
  return grants.some(({ identityId }) => identityId === id)
}

function outsider(department: string): string {
  const somebody = organisation.identities.find((one) => one.department !== department && one.type === 'human')
  return somebody?.id ?? ''
}

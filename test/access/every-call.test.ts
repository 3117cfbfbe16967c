import { refusalOf } from '@assay/auth'
import {
  Health,
  InboxService,
  ProfileService,
  RoleMiningManagementService,
  ServerReflection,
  ServerReflectionV1Alpha,
} from '@assay/contracts'
import { InboxKind } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Code as StatusCode } from '@assay/contracts/google/rpc/code_pb'
import {
  allDialects,
  type CallAccess,
  fullNameOf,
  internalCalls,
  openPlatformPaths,
  publicCalls,
} from '@assay/dialects'
import { Code, createClient, type Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fingerprint } from '../platform/fingerprint.ts'
import { grpc } from '../platform/platform.ts'
import { type BoundedPlatform, boundDepartment, isInside, organisation } from './bounded-readers.ts'
import { type Caller, makeCallers, strangers } from './callers.ts'
import { type AccessPlatform, startAccessPlatform } from './furnished.ts'
import { type CallRequest, callRequests } from './requests.ts'
import { type Outcome, type Way, waysInto } from './ways.ts'

// Every public call, through every protocol, for permitted and refused callers of each kind. Tests in libs/dialects check the table
// of access for all roles and scopes; the tests here check that the platform does what the table says.

let platform: AccessPlatform
let callers: readonly Caller[]
let unknown: Awaited<ReturnType<typeof strangers>>
let stranger: string
let ways: readonly (readonly [name: string, way: Way])[]
const counts = { calls: 0, ways: 0, allowed: 0, role: 0, scope: 0, 'another tenant': 0 } as Record<string, number>

beforeAll(async () => {
  platform = await startAccessPlatform()
  callers = await makeCallers(platform)
  unknown = await strangers(platform)
  stranger = await platform.token('admin', 'elsewhere')
  ways = Object.entries(waysInto(platform.baseUrl))
  counts.ways = ways.length
})
afterAll(async () => {
  console.info(`access, end to end: ${JSON.stringify(counts)}`)
  await platform?.stop()
})

/** Calls that name objects which every reader of the tenant sees: applications, entitlements and policies. */
const namesNobody = new Set([
  // These calls name runs, which a bounded reader sees without the counts of other people.
  'assay.change.v1.ChangeService.CompareRuns',
  'assay.directory.v1.DirectoryService.ListEntitlements',
  'assay.directory.v1.DirectoryService.GetEntitlement',
  'assay.policy.v1.PolicyService.GetPolicy',
  'assay.policy.v1.PolicyService.ListBreaches',
  'assay.policy.v1.PolicyService.ExportBreaches',
  'assay.insight.v1.EntitlementInsightService.DescribeEntitlements',
  'assay.insight.v1.EntitlementInsightService.ListEntitlementHolders',
  'assay.insight.v1.WhyService.ExplainCohort',
  'assay.insight.v1.WhyService.ExplainEntitlement',
  'sailpoint.entitlements.v1.EntitlementsService.GetEntitlement',
  'sailpoint.entitlements.v1.EntitlementsService.ListEntitlementParents',
  'sailpoint.entitlements.v1.EntitlementsService.ListEntitlementChildren',
  'sailpoint.sources.v1.SourcesService.GetSource',
  'sailpoint.sourceusages.v1.SourceUsagesService.GetStatusBySourceId',
  'sailpoint.sourceusages.v1.SourceUsagesService.GetUsagesBySourceId',
  'c1.api.app.v1.Apps.Get',
  'c1.api.app.v1.AppOwners.List',
  'c1.api.app.v1.AppOwners.ListOwnerIDs',
  'c1.api.app.v1.AppEntitlements.List',
  'c1.api.app.v1.AppEntitlements.Get',
  // This call lists the holders that the reader sees.
  'c1.api.app.v1.AppEntitlements.ListUsers',
  'c1.api.app.v1.AppEntitlements.ListForAppResource',
  // These calls may name an account of any person; for a reader who sees no people, it holds nothing.
  'c1.api.app.v1.AppEntitlements.ListForAppUser',
  'c1.api.app.v1.AppEntitlementSearchService.SearchAppEntitlementsForAppUser',
  'c1.api.app.v1.AppEntitlementSearchService.SearchAppEntitlementsWithExpired',
  'c1.api.app.v1.AppEntitlementOwners.List',
  'c1.api.app.v1.AppEntitlementOwners.ListOwnerIDs',
  'c1.api.app.v1.AppUserService.List',
  'c1.api.app.v1.AppResourceTypeService.List',
  'c1.api.app.v1.AppResourceTypeService.Get',
  'c1.api.app.v1.AppResourceService.List',
  'c1.api.app.v1.AppResourceService.Get',
])

/** This call names a cohort. For a cohort that is not completely inside the scope, it returns the reason why it makes no profile. */
const ofCohort = 'c1.api.role_mining_management.v1.RoleMiningManagementService.CreateAccessProfileFromCohort'

const accessOf = new Map(publicCalls.map(({ method, access }) => [method, access]))
const cases = callRequests.map((call) => [fullNameOf(call.method), call] as const)

function count(kind: string, more = 1): void {
  counts[kind] = (counts[kind] ?? 0) + more
}

function refusal(caller: Caller, { method }: CallRequest): ReturnType<typeof refusalOf> {
  const access: CallAccess['access'] | undefined = accessOf.get(method)
  if (access === undefined || access === 'everyone') throw new Error(`${fullNameOf(method)} asks for no token`)
  return refusalOf(caller, access)
}

/** Over REST, SailPoint's errors have no reason. */
function told(outcome: Outcome): unknown[] {
  return outcome.reason === undefined ? [outcome.code] : [outcome.code, outcome.reason]
}

test('every public call has a request', () => {
  expect(callRequests.map(({ method }) => fullNameOf(method)).sort()).toEqual(
    [...accessOf.keys()].map(fullNameOf).sort(),
  )
  counts.calls = callRequests.length
})

test('a call that is open to all answers without a token', async () => {
  const paths = [...openPlatformPaths, ...allDialects.flatMap(({ endpoints }) => endpoints.map(({ path }) => path))]
  for (const path of paths) {
    const { status } = await fetch(platform.baseUrl + path.replace('*', 'start.js'))
    // The token endpoints also answer a GET, with an error that says that they need a POST.
    expect([200, 405], path).toContain(status)
  }
  const transport = createGrpcTransport({ baseUrl: platform.baseUrl })
  expect((await createClient(Health, transport).check({})).status).toBe(1)
  async function* question() {
    yield { messageRequest: { case: 'listServices', value: '' } as const }
  }
  for (const reflection of [ServerReflection, ServerReflectionV1Alpha]) {
    const answers = await Array.fromAsync(createClient(reflection, transport).serverReflectionInfo(question()))
    expect(answers).toHaveLength(1)
  }
})

test('the public port does not offer internal calls to any caller', async () => {
  const [, ...rpcWays] = ways
  for (const { method } of internalCalls)
    for (const [way, make] of rpcWays)
      for (const { name, token } of callers) {
        const { code } = await make(method, {}, token)
        expect([Code.Unimplemented, Code.NotFound], `${fullNameOf(method)} by ${way}, ${name}`).toContain(code)
      }
})

describe('refused', () => {
  let before: Awaited<ReturnType<typeof fingerprint>>
  beforeAll(async () => {
    before = await fingerprint(platform.db, platform.tenants)
  })

  test.each(cases)('%s, without a good token, for the role, for the scope, and for another tenant', async (_, call) => {
    const request = call.request(platform.ids)
    const expected = (way: string, code: Code, reason: string) => {
      const isMute = way === 'REST' && call.method.parent.typeName.startsWith('sailpoint.')
      return isMute ? [code] : [code, reason]
    }
    // Each of them tries another way than the one before, and other ways with the next call: every call is refused by every way
    // and to each of them, and each of them by every way. All ways for each would be the same three pairs four times.
    const wayOf = (place: number) => ways[(callRequests.indexOf(call) + place) % ways.length]!
    const attempts = [
      ...unknown.map(async ({ name, reason, token }, place) => {
        const [way, make] = wayOf(place)
        const outcome = await make(call.method, request, token)
        expect(told(outcome), `${way} ${name}`).toEqual(expected(way, Code.Unauthenticated, reason))
        count(name)
      }),
      ...callers.map(async (caller, place) => {
        const reason = refusal(caller, call)
        if (reason === undefined) return
        const [way, make] = wayOf(place)
        const outcome = await make(call.method, request, caller.token)
        expect(told(outcome), `${way}, ${caller.name}`).toEqual(expected(way, Code.PermissionDenied, reason))
        count(reason === 'MISSING_RIGHT' ? 'role' : 'scope')
      }),
    ]
    // REST and one more protocol: the database decides about rows, so all protocols behave alike.
    const asked = new Set(['REST', wayOf(0)[0], ...(wayOf(0)[0] === 'REST' ? [wayOf(1)[0]] : [])])
    for (const [way, make] of call.names ? ways.filter(([name]) => asked.has(name)) : []) {
      const outcome = await make(call.method, request, stranger)
      expect([Code.NotFound, Code.InvalidArgument], `${way}, another tenant: ${outcome.text}`).toContain(outcome.code)
      count('another tenant')
    }
    await Promise.all(attempts)
  })

  test('nothing has changed', async () => {
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
  })
})

describe('bounded readers', () => {
  let bound: BoundedPlatform
  /** The expected suggestions, computed from the people of the organisation: open, with a cohort completely in the department. */
  let inside: string[]
  const clients = (transport: Transport) => ({
    mining: createClient(RoleMiningManagementService, transport),
    inbox: createClient(InboxService, transport),
  })

  beforeAll(async () => {
    const admin = clients(grpc(platform.baseUrl, await platform.token('admin')))
    const { list } = await admin.mining.listSuggestions({ states: [1] })
    const named = new Set([platform.ids.suggestion])
    const departments = ['Sales', 'Operations', 'Customer Support', 'Engineering'].map((department) => ({
      department,
      inside: list.filter((one) => isInside(one.cohortFilters, department)).map(({ id }) => id),
    }))
    const found = departments.find((one) => one.inside.length > 1 && !one.inside.some((id) => named.has(id)))
    expect(found, JSON.stringify(departments)).toBeDefined()
    inside = found?.inside ?? []
    bound = await boundDepartment(platform, found?.department ?? '')
  })

  test('see the suggestions that lie completely inside, without figures about other people', async () => {
    const { mining, inbox } = clients(bound.reviewer)
    const { list } = await mining.listSuggestions({ states: [1] })
    expect(list.map(({ id }) => id).sort()).toEqual(inside.toSorted())
    for (const { confidence, insights } of list) {
      expect(insights).toEqual([])
      expect(confidence).toBeGreaterThan(0)
      expect(confidence).toBeLessThanOrEqual(1)
    }
    const { totalCount, stateCounts } = await inbox.listInboxCandidates({ kinds: [InboxKind.SUGGESTION] })
    expect([totalCount, stateCounts[0]!.count]).toEqual([inside.length, inside.length])
    const roles = await inbox.listInboxCandidates({ kinds: [InboxKind.POTENTIAL_ROLE] })
    expect(roles.candidates.map(({ confidence }) => confidence)).toEqual(roles.candidates.map(() => 0))
  })

  test('decide only on suggestions that they see', async () => {
    const { mining, inbox } = clients(bound.reviewer)
    const before = await fingerprint(platform.db, platform.tenants)
    const { results } = await inbox.batchDecide({
      decisions: [{ candidateId: platform.ids.suggestion, outcome: { case: 'dismiss', value: {} } }],
    })
    expect(results[0]!.outcome.value).toMatchObject({ code: StatusCode.NOT_FOUND })
    await expect(mining.updateSuggestionState({ id: platform.ids.suggestion, state: 2 })).rejects.toThrow('not_found')
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
    const id = inside[0]!
    expect((await mining.updateSuggestionState({ id, state: 2 })).suggestion?.suggestionState).toBe(2)
    expect((await mining.updateSuggestionState({ id, state: 1 })).suggestion?.suggestionState).toBe(1)
  })

  test('make profiles only for cohorts inside', async () => {
    const { mining, inbox } = clients(bound.reviewer)
    const id = inside[1]!
    const { suggestion } = await mining.getSuggestion({ id })
    const request = {
      displayName: 'Reviewed',
      entitlements: suggestion?.entitlements.map(({ appId, entitlementId }) => ({ appId, entitlementId })) ?? [],
      enableAutomation: true,
    }
    const wider = [
      { attribute: 'job_title', values: [...new Set(organisation.identities.map(({ jobTitle }) => jobTitle))] },
    ]
    const before = await fingerprint(platform.db, platform.tenants)
    for (const wrong of [{ profileFilters: wider }, { celExpression: 'true' }, {}])
      await expect(mining.createAccessProfileFromCohort({ ...request, ...wrong })).rejects.toThrow('permission_denied')
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
    const [accepted] = (
      await inbox.batchDecide({
        decisions: [{ candidateId: id, outcome: { case: 'accept', value: {} } }],
      })
    ).results
    const { accessProfileId } = accepted!.outcome.value as { accessProfileId: string }
    const { members } = await createClient(ProfileService, bound.reviewer).listAccessProfileMembers({ accessProfileId })
    expect(members).toHaveLength(suggestion?.cohortSize ?? 0)
    await inbox.undoDecision({ candidateId: id! })
  })

  test.each(cases)('%s refuses them with a reason, or finds nothing outside their scope', async (name, call) => {
    const access = accessOf.get(call.method)
    const readers = access === undefined || access === 'everyone' ? undefined : access.readers
    const [, make] = ways[callRequests.indexOf(call) % ways.length]!
    const outcome = await make(call.method, call.request(platform.ids), bound.reviewerToken)
    const isRefusedByRole = refusal({ name, token: '', dialect: 'c1', role: 'reviewer' }, call) !== undefined
    if (isRefusedByRole) expect(outcome.code).toBe(Code.PermissionDenied)
    else if (typeof readers === 'object') {
      expect(outcome.code, outcome.text).toBe(Code.PermissionDenied)
      if (!name.startsWith('sailpoint.')) expect(outcome.reason).toBe('BOUNDED_READER')
    } else if (name === ofCohort) {
      expect([outcome.code, outcome.reason], outcome.text).toEqual([Code.PermissionDenied, 'BOUNDED_READER'])
    } else if (call.names && !namesNobody.has(name)) {
      expect([Code.NotFound, Code.InvalidArgument], outcome.text).toContain(outcome.code)
    }
    count('bounded')
  })
})

describe('allowed', () => {
  test.each(cases)('%s, for every kind of permitted caller', async (_, call) => {
    const isChange = refusal({ name: '', token: '', dialect: 'c1', role: 'auditor' }, call) !== undefined
    const may = callers.filter((caller) => refusal(caller, call) === undefined)
    expect(may.length).toBeGreaterThan(0)
    // Every call is made by every way, each time by another one of those who may, and at the next call by others: each caller comes in
    // by every way. All callers by one way for each call would be the same pairs three times.
    const first = callRequests.indexOf(call)
    for (const [place, [way, make]] of ways.entries()) {
      const readers = [may[(first + place) % may.length]!]
      // One caller of each dialect makes a change, and only one of them through every protocol.
      const some = isChange ? ofEachDialect(may, call).slice(0, way === 'gRPC' ? 2 : 1) : readers
      const attempt = async (caller: Caller) => {
        const outcome = await make(call.method, (call.once ?? call.request)(platform.ids), caller.token)
        expect(outcome.code, `${way}, ${caller.name}: ${outcome.text}`).toBe(call.outcome)
        count('allowed')
      }
      // Previews of membership are limited to two of a tenant at a time.
      const atOnce = isChange ? 1 : 2
      for (let i = 0; i < some.length; i += atOnce) await Promise.all(some.slice(i, i + atOnce).map(attempt))
    }
  })
})

/** The least powerful caller of each dialect, the one of the dialect of the call first. */
function ofEachDialect(some: readonly Caller[], { method }: CallRequest): Caller[] {
  const own = method.parent.typeName.startsWith('sailpoint.') ? 'sailpoint' : 'c1'
  const first = [...Map.groupBy(some, ({ dialect }) => dialect).values()].map(([caller]) => caller!)
  return first.toSorted((a, b) => Number(b.dialect === own) - Number(a.dialect === own))
}

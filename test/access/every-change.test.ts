import { ledgerPublicKeys } from '@assay/auth'
import {
  CandidateService,
  ImportService,
  ProfileService,
  PullService,
  RequestCatalogManagementService,
  ReviewService,
  RoleMiningManagementService,
  SourceService,
  WebhookService,
} from '@assay/contracts'
import { Load_State } from '@assay/contracts/assay/source/v1/source_pb'
import { fullNameOf, publicCalls } from '@assay/dialects'
import { verifyLedger } from '@assay/ledger'
import { type DescMethod, fromJson, type JsonObject } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settled } from '../platform/furnished.ts'
import { grpc } from '../platform/platform.ts'
import { type AccessPlatform, startAccessPlatform } from './furnished.ts'
import { callRequests, type Ids } from './requests.ts'
import { waysInto } from './ways.ts'

// The test makes every public call that changes something once, in a situation in which it has an effect. Each must leave an entry in
// the ledger that names the client, the right and the call.

let platform: AccessPlatform
let tenantId: number
/** The client that makes only the tested calls. */
let token: string
let preparing: ReturnType<typeof preparingClients>

beforeAll(async () => {
  platform = await startAccessPlatform()
  tenantId = await platform.tenantId()
  token = await platform.token('admin')
  preparing = preparingClients(await platform.token('admin'))
})
afterAll(() => platform?.stop())

function preparingClients(admin: string) {
  const transport = grpc(platform.baseUrl, admin)
  return {
    candidates: createClient(CandidateService, transport),
    imports: createClient(ImportService, transport),
    profiles: createClient(ProfileService, transport),
    reviews: createClient(ReviewService, transport),
    sources: createClient(SourceService, transport),
    pulls: createClient(PullService, transport),
    webhooks: createClient(WebhookService, transport),
    catalog: createClient(RequestCatalogManagementService, transport),
    mining: createClient(RoleMiningManagementService, transport),
  }
}

/** Calls that need more than the right to read, but change no decision or setting. */
const changesNothing: Readonly<Record<string, string>> = {
  'assay.source.v1.UploadService.CreateUpload': 'keeps a file that says nothing before a load takes it',
  'assay.source.v1.UploadService.UploadPart': 'brings a part of such a file',
  'assay.source.v1.UploadService.DeleteUpload': 'forgets such a file',
  'assay.source.v1.UploadService.PreviewMap': 'looks at such files and stores nothing',
  'assay.policy.v1.PolicyService.PreviewPolicy': 'tells what a policy would do and stores nothing',
  'assay.view.v1.ViewService.CreateView': 'keeps a name for an address, which only its client sees',
  'assay.view.v1.ViewService.UpdateView': 'changes such a name',
  'assay.view.v1.ViewService.DeleteView': 'forgets such a name',
  'c1.api.role_mining_management.v1.RoleMiningManagementService.TriggerCustomAnalysis':
    'asks a question, whose answer is kept for whoever asked',
  'sailpoint.roleinsights.v1.RoleInsightsService.CreateRoleInsightRequests':
    'measures roles, and keeps what it came to for whoever asked',
  'sailpoint.iai.rolemining.v1.RoleMiningService.ExportRoleMiningPotentialRoleAsync': 'makes a file, which expires',
}

type Prepare = (ids: Ids) => Promise<JsonObject>

async function openImport(): Promise<string> {
  const { imports } = preparing
  for (const one of (await imports.listImports({})).imports) {
    if (one.state === 1) await imports.abortImport({ importId: one.id }).catch(() => {})
  }
  await settled(platform)
  return (await imports.createImport({})).id
}

async function openLoad({ dataSource }: Ids): Promise<string> {
  const { sources } = preparing
  for (const { id } of (await sources.listLoads({ sourceId: dataSource })).loads) {
    await sources.abortLoad({ loadId: id }).catch(() => {})
  }
  return (await sources.createLoad({ sourceId: dataSource })).id
}

/** A review of an access profile, assigned by id to the client that makes the calls. */
async function openReview({ profile }: Ids) {
  const candidate = { source: { case: 'accessProfileId' as const, value: profile } }
  const review = { displayName: 'For the ledger', reviewerIds: [clientOf(token)], items: [{ candidate }] }
  const { id: reviewId } = await preparing.reviews.createReview(review)
  const { items } = await preparing.reviews.listReviewItems({ reviewId })
  return { reviewId, itemId: items[0]?.id ?? '' }
}

function clientOf(accessToken: string): string {
  const [, claims = ''] = accessToken.split('.')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).sub
}

async function* erp(loadId: string) {
  yield { loadId, fileName: 'erp.csv', content: { data: Buffer.from('login,role\nacc-one,clerk\nacc-two,clerk\n') } }
}

/** Requests that have an effect, for calls whose request in the table has none, or none the second time. */
const prepared: Readonly<Record<string, Prepare>> = {
  'assay.directory.v1.ImportService.CreateImport': async () => {
    await preparing.imports.abortImport({ importId: await openImport() })
    return {}
  },
  'assay.directory.v1.ImportService.UploadImportFile': async () => ({
    importId: await openImport(),
    fileName: 'applications.csv',
    content: { contentType: 'text/csv', data: Buffer.from('id\n').toString('base64') },
  }),
  'assay.directory.v1.ImportService.CommitImport': async () => ({ importId: await openImport() }),
  'assay.directory.v1.ImportService.AbortImport': async () => ({ importId: await openImport() }),
  'assay.source.v1.SourceService.CreateSource': async () => ({ source: { id: 'one-more' } }),
  'assay.source.v1.SourceService.PutSourceMap': async ({ dataSource: sourceId }) => {
    const { maps } = await preparing.sources.listSourceMaps({ sourceId })
    return { sourceId, content: `${maps[0]?.content}\n` }
  },
  'assay.source.v1.SourceService.CreateLoad': async (ids) => {
    await preparing.sources.abortLoad({ loadId: await openLoad(ids) })
    return { sourceId: ids.dataSource }
  },
  'assay.source.v1.SourceService.UploadLoadFile': async (ids) => ({
    loadId: await openLoad(ids),
    fileName: 'pairs.csv',
    content: { contentType: 'text/csv', data: Buffer.from('login,role\n').toString('base64') },
  }),
  'assay.source.v1.SourceService.CommitLoad': async (ids) => {
    const loadId = await openLoad(ids)
    await preparing.sources.uploadLoadFile(erp(loadId))
    return { loadId, hold: true }
  },
  'assay.source.v1.SourceService.ConfirmLoad': async (ids) => {
    const loadId = await openLoad(ids)
    await preparing.sources.uploadLoadFile(erp(loadId))
    await preparing.sources.commitLoad({ loadId, hold: true })
    // A load that has been read; when it is confirmed, a worker composes it.
    const stateOf = async () => (await preparing.sources.getLoad({ loadId })).state
    await expect.poll(stateOf).toBe(Load_State.STAGED)
    await platform.db.owner.sql`update source_loads set state = 'awaiting_confirmation' where id = ${loadId}`
    return { loadId }
  },
  'assay.source.v1.UploadService.TakeUploads': async (ids) => ({
    loadId: await openLoad(ids),
    uploadIds: [ids.takeUpload()],
  }),
  'assay.work.v1.WorkService.CancelWork': async () => {
    const [job] = await platform.db.owner.sql`
      insert into pgboss.job (name, data, state, keep_until, start_after, singleton_key, policy)
      values ('source-load', jsonb_build_object('tenantId', ${tenantId}::integer, 'loadId', '999999'), 'retry', 'infinity',
        now() + interval '1 hour', '999999', 'exclusive')
      returning id`
    return { workId: String(job?.id) }
  },
  'assay.source.v1.SourceService.AbortLoad': async (ids) => ({ loadId: await openLoad(ids) }),
  'assay.source.v1.SourceService.ApplyChangeSet': async (ids) => {
    await preparing.sources.abortLoad({ loadId: await openLoad(ids) })
    const source = await preparing.sources.getSource({ sourceId: ids.dataSource })
    const changes = [{ upsertApplication: { id: 'erp', displayName: 'ERP' } }]
    return { sourceId: ids.dataSource, requestId: 'one', baseLoadId: source.newestLoad?.id ?? '', changes }
  },
  'assay.source.v1.SourceService.LinkAccount': async ({ dataSource: sourceId, account, identity: identityId }) => {
    await preparing.sources.unlinkAccount({ sourceId, applicationId: 'erp', accountId: account })
    return { sourceId, applicationId: 'erp', accountId: account, identityId }
  },
  'assay.source.v1.SourceService.UnlinkAccount': async ({ dataSource: sourceId, account, identity: identityId }) => {
    await preparing.sources.linkAccount({ sourceId, applicationId: 'erp', accountId: account, identityId })
    return { sourceId, applicationId: 'erp', accountId: account }
  },
  'assay.source.v1.PullService.DeletePull': async ({ dataSource: sourceId }) => {
    await preparing.pulls.putPull({ sourceId, pull: { address: 'https://127.0.0.1/scim' } })
    return { sourceId }
  },
  'assay.profile.v1.ProfileService.UpdateAccessProfile': async (ids) => ({
    accessProfile: { id: ids.plainProfile, description: 'Changed for the ledger' },
    updateMask: 'description',
  }),
  'assay.profile.v1.ProfileService.ResumeAccessProfile': async ({ profile }) => {
    await pause(profile)
    return { accessProfileId: profile }
  },
  'assay.profile.v1.ProfileService.AddAccessProfileMembers': async ({ identity }) => {
    const { id } = await preparing.profiles.createAccessProfile({ accessProfile: { displayName: 'Empty' } })
    return { accessProfileId: id, identityIds: [identity] }
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.ResumePausedBundleAutomation': async ({ profile }) => {
    await pause(profile)
    return { requestCatalogId: profile }
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.UpdateAppEntitlements': async ({
    plainProfile,
    ...ids
  }) => {
    const appEntitlements = [{ appId: ids.application, id: ids.entitlement }]
    await preparing.catalog.removeAppEntitlements({ catalogId: plainProfile, appEntitlements }).catch(() => {})
    return { catalogId: plainProfile, appEntitlements }
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.AddAppEntitlements': async ({ plainProfile, ...ids }) => {
    const appEntitlements = [{ appId: ids.application, id: ids.entitlement }]
    await preparing.catalog.removeAppEntitlements({ catalogId: plainProfile, appEntitlements }).catch(() => {})
    return { catalogId: plainProfile, appEntitlements }
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.RemoveAppEntitlements': async ({
    plainProfile,
    ...ids
  }) => {
    const appEntitlements = [{ appId: ids.application, id: ids.entitlement }]
    await preparing.catalog.addAppEntitlements({ catalogId: plainProfile, appEntitlements })
    return { catalogId: plainProfile, appEntitlements }
  },
  'sailpoint.commonaccess.v1.CommonAccessService.CreateCommonAccess': async () => ({
    item: { access: { id: await emptyProfile(), type: 'ROLE' }, status: 'CONFIRMED' },
  }),
  'sailpoint.commonaccess.v1.CommonAccessService.UpdateCommonAccessStatusInBulk': async () => ({
    updates: [{ confirmedIds: [await emptyProfile()] }],
  }),
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.Update': async ({ plainProfile: id }) => ({
    id,
    catalog: { description: 'Changed as a catalog' },
  }),
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.CreateRequestableEntry': async (ids) => {
    const entry = { catalogId: ids.plainProfile, appId: ids.application, entitlementId: ids.entitlement }
    await preparing.catalog.deleteRequestableEntry(entry)
    return entry
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.DeleteRequestableEntry': async (ids) => {
    const entry = { catalogId: ids.plainProfile, appId: ids.application, entitlementId: ids.entitlement }
    await preparing.catalog.createRequestableEntry(entry)
    return entry
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.AddAccessEntitlements': async (ids) => {
    const catalogId = await publishedCatalog()
    return { catalogId, accessEntitlements: [{ appId: ids.application, id: ids.entitlement }] }
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.RemoveAccessEntitlements': async (ids) => {
    const catalogId = await publishedCatalog()
    const accessEntitlements = [{ appId: ids.application, id: ids.entitlement }]
    await preparing.catalog.addAccessEntitlements({ catalogId, accessEntitlements })
    return { catalogId, accessEntitlements }
  },
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.CreateBundleAutomation': async () => ({
    requestCatalogId: await publishedCatalog(),
    createTasks: true,
  }),
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.SetBundleAutomation': async () => ({
    requestCatalogId: await publishedCatalog(),
    cel: { expression: 'false' },
    enabled: true,
  }),
  'c1.api.requestcatalog.v1.RequestCatalogManagementService.DeleteBundleAutomation': async () => {
    const requestCatalogId = await publishedCatalog()
    await preparing.catalog.createBundleAutomation({ requestCatalogId })
    return { requestCatalogId }
  },
  'c1.api.app.v1.AppEntitlements.Update': async () => ({
    appId: 'assay-access-profiles',
    id: await publishedCatalog(),
    entitlement: { grantPolicyId: 'p1', durationGrant: '600s' },
  }),
  'c1.api.task.v1.TaskService.CreateGrantTask': async ({ identity }) => ({
    appId: 'assay-access-profiles',
    appEntitlementId: await publishedCatalog(),
    identityUserId: identity,
  }),
  'c1.api.task.v1.TaskService.CreateRevokeTask': async ({ identity }) => {
    const appEntitlementId = await publishedCatalog()
    await preparing.profiles.addAccessProfileMembers({ accessProfileId: appEntitlementId, identityIds: [identity] })
    return { appId: 'assay-access-profiles', appEntitlementId, identityUserId: identity }
  },
  'c1.api.accessconflict.v1.AppEntitlementMonitorBindingService.CreateAppEntitlementMonitorBinding': async (ids) => ({
    monitorId: ids.takeMonitor(),
    appId: ids.application,
    appEntitlementId: ids.entitlement,
    entitlementGroup: 'ENTITLEMENT_GROUP_A',
  }),
  'c1.api.accessconflict.v1.AppEntitlementMonitorBindingService.DeleteAppEntitlementMonitorBinding': async (ids) => {
    const { monitor: monitorId, application: appId, entitlement: appEntitlementId } = ids
    return { monitorId, appId, appEntitlementId, entitlementGroup: 'ENTITLEMENT_GROUP_A' }
  },
  'assay.event.v1.WebhookService.CreateWebhook': async () => ({ webhook: { url: 'https://127.0.0.1:1/' } }),
  'assay.event.v1.WebhookService.DeleteWebhook': async () => ({ webhookId: await spareWebhook() }),
  'assay.event.v1.WebhookService.DisableWebhook': async () => ({ webhookId: await spareWebhook() }),
  'assay.event.v1.WebhookService.EnableWebhook': async () => {
    const webhookId = await spareWebhook()
    await preparing.webhooks.disableWebhook({ webhookId })
    return { webhookId }
  },
  'assay.event.v1.WebhookService.ReplayDelivery': async ({ webhook: webhookId }) => {
    const [row] = await platform.db.owner.sql`
      insert into webhook_deliveries (tenant_id, webhook_id, position, event_id, event_type, subject)
      values (${tenantId}, ${webhookId}, 1000000, gen_random_uuid(), 'run.ask', 'run/none') returning event_id as "eventId"`
    return { webhookId, eventId: String(row?.eventId) }
  },
  'assay.policy.v1.PolicyService.CreatePolicy': async () => ({
    policy: { displayName: 'For the ledger', overGrantBudget: { mostBasisPoints: 10_000 } },
  }),
  'assay.rolemodel.v1.RoleModelService.CancelRoleModel': async ({ roleModel }) => {
    const [model] = await platform.db.owner.sql`
      insert into role_models (tenant_id, id, created_by, settings)
      select tenant_id, gen_random_uuid(), created_by, settings from role_models where id = ${roleModel} returning id`
    return { roleModelId: String(model?.id) }
  },
  'assay.candidate.v1.CandidateService.UpdateDraft': async () => {
    const source = { case: 'suggestionId', value: platform.ids.suggestion } as const
    const { id, etag } = await preparing.candidates.createDraft({ candidate: { source }, displayName: 'Draft' })
    return { draftId: id, etag, edits: { displayName: 'Renamed for the ledger' } }
  },
  'assay.candidate.v1.InboxService.BatchDecide': async ({ suggestion: id }) => {
    await preparing.mining.updateSuggestionState({ id, state: 1 })
    return { decisions: [{ candidateId: id, dismiss: {} }] }
  },
  'assay.review.v1.ReviewService.RemindReviewers': async (ids) => ({ reviewId: (await openReview(ids)).reviewId }),
  'assay.people.v1.PeopleService.RevokePerson': async ({ person }) => {
    await platform.db.owner
      .sql`update console_people set revoked_at = null where tenant_id = ${tenantId} and id = ${person}`
    return { personId: person }
  },
  'assay.people.v1.PeopleService.RestorePerson': async ({ person }) => {
    await platform.db.owner
      .sql`update console_people set revoked_at = now() where tenant_id = ${tenantId} and id = ${person}`
    return { personId: person }
  },
  'assay.people.v1.IssuerService.CreateIssuer': async () => {
    await platform.db.owner
      .sql`delete from sign_in_issuers where tenant_id = ${tenantId} and id > ${`issuer-${tenantId}-1`}`
    const issuer = { issuer: 'https://login.example.com', displayName: 'Acme', clientId: 'assay' }
    return { issuer, clientSecret: 'hush' }
  },
  'assay.people.v1.PeopleService.EndSession': async () => {
    const [row] = await platform.db.owner.sql`
      insert into console_sessions (tenant_id, id_hash, client_id, ends_at)
      select tenant_id, sha256('x'), client_id, now() + interval '1 hour' from api_clients
      where tenant_id = ${tenantId} and revoked_at is null limit 1
      returning name`
    return { sessionId: String(row?.name) }
  },
  'assay.people.v1.IssuerService.DeleteIssuer': async ({ issuer }) => ({ issuerId: issuer }),
  'assay.review.v1.ReviewService.CloseReview': async (ids) => ({ reviewId: (await openReview(ids)).reviewId }),
  'assay.review.v1.ReviewService.DecideReviewItem': async (ids) => ({
    itemId: (await openReview(ids)).itemId,
    verdict: 'VERDICT_APPROVED',
  }),
  'assay.review.v1.ReviewService.AddReviewComment': async (ids) => ({
    itemId: (await openReview(ids)).itemId,
    text: 'Who asked for this?',
  }),
  'assay.review.v1.ReviewService.AssignReviewItem': async (ids) => ({
    itemId: (await openReview(ids)).itemId,
    reviewerIds: [ids.identity],
  }),
  'assay.review.v1.ReviewService.CarryOutReview': async (ids) => {
    const { reviewId, itemId } = await openReview(ids)
    const { sql } = platform.db.owner
    await sql`update review_items set verdict = 'approved', revision = 1, decided_by = 'somebody', decided_at = now(),
      decision_entry = ${itemId} where id = ${itemId}`
    await preparing.reviews.closeReview({ reviewId })
    return { reviewId }
  },
  'assay.decision.v1.DecisionService.RestoreSuggestion': async ({ suggestion: id }) => {
    await preparing.mining.updateSuggestionState({ id, state: 2 })
    return { suggestionId: id }
  },
}

async function spareWebhook(): Promise<string> {
  return (await preparing.webhooks.createWebhook({ webhook: { url: 'https://127.0.0.1:1/' } })).webhook?.id ?? ''
}

async function publishedCatalog(): Promise<string> {
  const made = await preparing.catalog.create({ displayName: 'For the ledger', published: true })
  return made.requestCatalogView?.requestCatalog?.id ?? ''
}

async function emptyProfile(): Promise<string> {
  return (await preparing.profiles.createAccessProfile({ accessProfile: { displayName: 'Empty' } })).id
}

async function pause(profile: string): Promise<void> {
  await platform.db.owner.sql`
    update access_profiles set automation_paused_at = now(), pause_reason = 'circuit_breaker' where id = ${profile}`
}

async function entriesOf(method: DescMethod): Promise<{ kind: string; role: string; right: string }[]> {
  return platform.db.owner.sql`
    select kind, content::jsonb #>> '{actor,role}' as role, content::jsonb #>> '{actor,right}' as right
    from ledger_entries where tenant_id = ${tenantId} and content::jsonb #>> '{actor,call}' = ${fullNameOf(method)} order by id`
}

const changes = publicCalls.flatMap(({ method, access }) =>
  access === 'everyone' || access.right === 'read' || access.right === undefined
    ? []
    : [{ method, right: access.right }],
)
const requestOf = new Map(callRequests.map((call) => [call.method, call]))

test('the tables of this file name only existing calls', () => {
  const names = changes.map(({ method }) => fullNameOf(method))
  expect(names).toEqual(expect.arrayContaining([...Object.keys(changesNothing), ...Object.keys(prepared)]))
})

test.each(changes.map((change) => [fullNameOf(change.method), change] as const))(
  '%s leaves an entry with the actor and the right',
  async (name, { method, right }) => {
    if (name in changesNothing) return
    const call = requestOf.get(method)
    const request = await (prepared[name]?.(platform.ids) ?? (call?.once ?? call?.request)?.(platform.ids) ?? {})
    // So that it certainly has another value.
    fromJson(method.input, request)
    const before = (await entriesOf(method)).length
    const { gRPC: make } = waysInto(platform.baseUrl)
    const outcome = await make!(method, request, token)
    expect(outcome.code, outcome.text).toBeUndefined()
    const made = (await entriesOf(method)).slice(before)
    expect(made.length, `${name} changed something and left no entry`).toBeGreaterThan(0)
    for (const entry of made) expect(entry).toMatchObject({ role: 'admin', right })
  },
)

test('all entries form one chain that verifies', async () => {
  const { sql } = platform.db.owner
  const keys = await ledgerPublicKeys(sql)
  // The jobs of the calls above write entries until they end.
  let report = await verifyLedger(platform.db.database.sql, tenantId, { keys })
  await expect
    .poll(async () => {
      report = await verifyLedger(platform.db.database.sql, tenantId, { keys })
      return report.waiting + (await sql`select from unsigned_ledger_heads() where tenant_id = ${tenantId}`).length
    })
    .toBe(0)
  expect(report).toMatchObject({ isWhole: true, faults: [] })
  expect(report.entries).toBeGreaterThan(100)
})

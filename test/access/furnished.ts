import {
  AccessConflictService,
  AccountsService,
  AppEntitlementMonitorBindingService,
  CandidateService,
  ClientService,
  ImportService,
  LedgerService,
  PolicyService,
  ProfileService,
  PublicationService,
  ReviewService,
  RoleMiningManagementService,
  RoleMiningService,
  RoleModelService,
  SourceService,
  UploadService,
  WebhookService,
} from '@assay/contracts'

import { ClientRole } from '@assay/contracts/assay/client/v1/client_service_pb'
import { RoleModel_State as ModelState } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { Load_State as LoadState } from '@assay/contracts/assay/source/v1/source_pb'
import { EntitlementGroup } from '@assay/contracts/c1/api/accessconflict/v1/access_conflict_service_pb'
import { dropReplacedGrants } from '@assay/directory'
import { type Client, createClient, type Transport } from '@connectrpc/connect'
import { expect } from 'vitest'
import { type FurnishedPlatform, settled, startFurnishedPlatform } from '../platform/furnished.ts'
import { grpc, joinTestPlatform, type TestPlatform } from '../platform/platform.ts'
import { type Ids, sourceMap } from './requests.ts'

/**
 * The platform of the run. The tenant `local` of the file has an object for every call, and no job is running or waiting.
 */
export interface AccessPlatform extends TestPlatform {
  readonly ids: Ids
}

/** The number of calls of one kind for which the tenant has objects. */
const pool = 12

export async function startAccessPlatform(): Promise<AccessPlatform> {
  const platform = await startFurnishedPlatform(joinTestPlatform)
  try {
    const transport = grpc(platform.baseUrl, platform.admin)
    const mining = createClient(RoleMiningManagementService, transport)
    const profiles = createClient(ProfileService, transport)
    const imports = createClient(ImportService, transport)
    const models = createClient(RoleModelService, transport)
    const sessions = createClient(RoleMiningService, transport)

    const { id: analysis } = await mining.triggerCustomAnalysis({
      profileFilters: [{ attribute: 'department', values: ['Engineering'] }],
    })
    const { id: roleModel } = await models.startRoleModel({ includeFronts: true })
    const { id: session } = await sessions.createRoleMiningSessions({
      session: { name: 'Prepared', minNumIdentitiesInPotentialRole: 5 },
    })
    // One by one, because a busy machine refuses some of many calls at once.
    const plainProfiles: Awaited<ReturnType<typeof profiles.createAccessProfile>>[] = []
    for (let place = 0; place <= 5 * pool; place++)
      plainProfiles.push(await profiles.createAccessProfile({ accessProfile: { displayName: `Plain ${place}` } }))
    const sources = createClient(SourceService, transport)
    const data = await furnishSource(sources, platform)
    const { id: openImport } = await imports.createImport({})
    await settled(platform)
    expect((await models.getRoleModel({ roleModelId: roleModel })).state).toBe(ModelState.COMPLETED)

    const { potentialRoles } = await sessions.getPotentialRoleSummaries({ sessionId: session })
    const [role = '', ...otherRoles] = potentialRoles.map(({ id }) => id)
    const { applications } = await sessions.getPotentialRoleApplications({ sessionId: session, potentialRoleId: role })
    const { entitlements } = await sessions.getEntitlementsPotentialRole({ sessionId: session, potentialRoleId: role })
    const exported = await sessions.exportRoleMiningPotentialRoleAsync({ sessionId: session, potentialRoleId: role })
    const { pendingTasks } = await profiles.listPendingTasks({ pageSize: 3 * pool })
    const { run } = await mining.getLatestRun({})
    await settled(platform)

    const { entries } = await createClient(LedgerService, transport).listEntries({ kind: 'import.in_force' })
    const { id: entry } = entries[0]!
    const policies = createClient(PolicyService, transport)
    // A budget that no proposal exceeds.
    const madePolicies = []
    for (const displayName of ['Furnished', ...Array.from({ length: pool }, (_, place) => `Spare ${place}`)]) {
      const rule = { case: 'overGrantBudget' as const, value: { mostBasisPoints: 10_000 } }
      madePolicies.push((await policies.createPolicy({ policy: { displayName, rule } })).id)
    }
    const [policy = '', ...sparePolicies] = madePolicies
    const [monitor = '', ...spareMonitors] = await furnishMonitors(platform, transport)
    const candidates = createClient(CandidateService, transport)
    const drafts: string[] = []
    for (let place = 0; place <= 2 * pool; place++) {
      const { id } = await candidates.createDraft({
        candidate: { source: { case: 'suggestionId', value: platform.ids.suggestion } },
        displayName: `Draft ${place}`,
      })
      drafts.push(id)
    }
    const [draft = '', ...spareDrafts] = drafts

    const { accounts } = await createClient(AccountsService, transport).listAccounts({
      filters: `identityId eq "${platform.ids.identity}"`,
    })
    const numberedAccount = accounts[0]?.id ?? ''
    const people = await furnishPeople(platform)
    const reviews = await furnishReviews(createClient(ReviewService, transport), platform)
    const { id: publication } = await createClient(PublicationService, transport).createPublication({
      targetId: 'csv',
      accessProfileIds: [platform.ids.profile],
    })
    const { webhook } = await createClient(WebhookService, transport).createWebhook({
      webhook: { url: 'https://127.0.0.1:1/' },
    })
    const uploads = createClient(UploadService, transport)
    const [upload = '', ...spareUploads] = await Promise.all(
      Array.from({ length: 2 * pool + 1 }, async () => {
        const { id } = await uploads.createUpload({ fileName: 'pairs.csv', sizeBytes: 5n })
        await uploads.uploadPart({ uploadId: id, data: Buffer.from('id\n1\n') })
        return id
      }),
    )
    // Sessions that exist only to be deleted need no mining.
    const spareModels = await platform.db.owner.sql<{ id: string }[]>`
      insert into role_models (tenant_id, id, state, created_by, settings)
      select tenant_id, gen_random_uuid(), 'failed', created_by, settings from role_models, generate_series(1, ${2 * pool})
      where id = ${roleModel} returning id`
    const spareSessions = await platform.db.owner.sql<{ id: string }[]>`
      insert into mining_sessions (tenant_id, id, type, scoping_method, scope, min_identities, state)
      select tenant_id, gen_random_uuid(), type, scoping_method, scope, min_identities, 'FAILED'
      from mining_sessions, generate_series(1, ${2 * pool}) where id = ${session} returning id`
    const clients = createClient(ClientService, transport)
    const madeClients: string[] = []
    for (let place = 0; place <= 2 * pool; place++) {
      const made = await clients.createClient({ displayName: `Client ${place}`, role: ClientRole.AUDITOR })
      madeClients.push(made.client?.clientId ?? '')
    }
    const [client = '', ...spareClients] = madeClients
    const spareSources = Array.from({ length: pool }, (_, place) => `spare-${place}`)
    for (const id of spareSources) await sources.createSource({ source: { id } })
    const [plainProfile = '', ...spareProfiles] = plainProfiles.map(({ id }) => id)
    const [task = '', ...spareTasks] = pendingTasks.map(({ id }) => id)
    return {
      ...platform,
      ids: {
        application: platform.ids.application,
        entitlement: platform.ids.entitlement,
        identity: platform.ids.identity,
        import: platform.ids.import,
        openImport,
        ...data,
        numberedAccount,
        run: run?.id ?? '',
        suggestion: platform.ids.suggestion,
        analysis,
        profile: platform.ids.profile,
        plainProfile,
        task,
        roleModel,
        policy,
        monitor,
        draft,
        ...reviews,
        ...people,
        upload,
        session,
        role,
        roleEntitlement: entitlements[0]!.entitlementRef?.id ?? '',
        source: applications[0]!.id,
        export: exported.exportId,
        publication,
        webhook: webhook?.id ?? '',
        entry,
        takeProfile: () => spareProfiles.pop() ?? '',
        takeTask: () => spareTasks.pop() ?? '',
        takeRole: () => otherRoles.pop() ?? '',
        takeDataSource: () => spareSources.pop() ?? '',
        takePolicy: () => sparePolicies.pop() ?? '',
        takeMonitor: () => spareMonitors.pop() ?? '',
        takeUpload: () => spareUploads.pop() ?? '',
        takeDraft: () => spareDrafts.pop() ?? '',
        takeSession: () => spareSessions.pop()?.id ?? '',
        client,
        takeClient: () => spareClients.pop() ?? '',
        takeRoleModel: () => spareModels.pop()?.id ?? '',
      },
    }
  } catch (error) {
    await platform.stop()
    throw error
  }
}

/** Monitors of conflicting access, the first of which has an entitlement in its group A. */
async function furnishMonitors({ ids }: FurnishedPlatform, transport: Transport): Promise<string[]> {
  const conflicts = createClient(AccessConflictService, transport)
  const monitors: string[] = []
  for (let place = 0; place <= pool; place++)
    monitors.push((await conflicts.createMonitor({ displayName: `Monitor ${place}` })).id)
  await createClient(AppEntitlementMonitorBindingService, transport).createAppEntitlementMonitorBinding({
    monitorId: monitors[0]!,
    appId: ids.application,
    appEntitlementId: ids.entitlement,
    entitlementGroup: EntitlementGroup.A,
  })
  return monitors
}

/** Waits until replaced grants are removed, a minute later; otherwise the tests would see a change. */
async function dropReplaced({ db, tenantId }: FurnishedPlatform): Promise<void> {
  await dropReplacedGrants(db.database.sql, await tenantId())
}

/** Issuers, a person who signed in through the first, given access, and sessions, in the form in which sign-ins make them. */
async function furnishPeople(platform: FurnishedPlatform) {
  const { sql } = platform.db.owner
  const tenantId = await platform.tenantId()
  const numbers = Array.from({ length: 2 * pool + 1 }, (_, place) => place)
  const issuers = numbers.map((place) => `issuer-${tenantId}-${place}`)
  const [issuer = '', ...spareIssuers] = issuers
  await sql`
    insert into sign_in_issuers (tenant_id, id, display_name, issuer, client_id, groups_claim)
    select ${tenantId}, id, id, 'https://' || id, 'assay', 'groups' from unnest(${issuers}::text[]) id`
  // The sessions belong to another person, because sessions end when the access of their person is revoked.
  const [person = '', another = ''] = ['0', '1'].map((end) => `person-00000000-0000-8000-8000-00000000000${end}`)
  await sql`
    insert into console_people (tenant_id, id, issuer_id, subject, display_name, mail, groups)
    values (${tenantId}, ${person}, ${issuer}, 'ada', 'Ada', 'ada@example.com', '{}'),
      (${tenantId}, ${another}, ${issuer}, 'bob', 'Bob', null, '{}')`
  const given = await sql<{ id: string }[]>`
    insert into access_of_people (tenant_id, id, issuer_id, kind, value, role)
    select ${tenantId}, gen_random_uuid(), ${issuer}, 'group', 'group ' || place, 'auditor' from unnest(${numbers}::integer[]) place
    returning id`
  const sessions = await sql<{ name: string }[]>`
    insert into console_sessions (tenant_id, id_hash, person_id, ends_at)
    select ${tenantId}, sha256(concat(${tenantId}::integer, ' ', place)::bytea), ${another}, now() + interval '1 hour' from unnest(${numbers}::integer[]) place
    returning name`
  const [access = '', ...spareAccess] = given.map(({ id }) => id)
  const [consoleSession = '', ...spareSessions] = sessions.map(({ name }) => name)
  return {
    issuer,
    person,
    access,
    consoleSession,
    takeIssuer: () => spareIssuers.pop() ?? '',
    takeAccess: () => spareAccess.pop() ?? '',
    takeConsoleSession: () => spareSessions.pop() ?? '',
  }
}

/** An open and a closed review, each of an access profile. */
async function furnishReviews(reviews: Client<typeof ReviewService>, { ids }: FurnishedPlatform) {
  const make = async (displayName: string) => {
    const candidate = { source: { case: 'accessProfileId' as const, value: ids.profile } }
    const { id } = await reviews.createReview({ displayName, reviewerIds: [ids.identity], items: [{ candidate }] })
    const { items } = await reviews.listReviewItems({ reviewId: id })
    return [id, items[0]?.id ?? ''] as const
  }
  const [review, reviewItem] = await make('Open')
  const [closedReview, closedItem] = await make('Closed')
  await reviews.closeReview({ reviewId: closedReview })
  return { review, reviewItem, closedReview, closedItem }
}

/** A source with an open load and a committed load of two accounts, one of which is linked. */
async function furnishSource(sources: Client<typeof SourceService>, platform: FurnishedPlatform) {
  const sourceId = 'access-data'
  await sources.createSource({ source: { id: sourceId } })
  await sources.putSourceMap({ sourceId, content: sourceMap })
  const { id: committedLoad } = await sources.createLoad({ sourceId })
  async function* file() {
    const data = Buffer.from('login,role\nacc-one,clerk\nacc-two,clerk\n')
    yield { loadId: committedLoad, fileName: 'erp.csv', content: { data } }
  }
  await sources.uploadLoadFile(file())
  await sources.commitLoad({ loadId: committedLoad })
  await settled(platform)
  expect((await sources.getLoad({ loadId: committedLoad })).state).toBe(LoadState.COMMITTED)
  const linked = { sourceId, applicationId: 'erp', accountId: 'acc-one', identityId: platform.ids.identity }
  await sources.linkAccount(linked)
  await settled(platform)
  await dropReplaced(platform)
  const { id: openLoad } = await sources.createLoad({ sourceId })
  return { dataSource: sourceId, openLoad, committedLoad, account: 'acc-one', freeAccount: 'acc-two' }
}

import { randomUUID } from 'node:crypto'
import {
  AccessConflictService,
  AccessProfilesService,
  AccountsService,
  AccountUsagesService,
  AppEntitlementMonitorBindingService,
  AppEntitlementOwners,
  AppEntitlementSearchService,
  AppEntitlements,
  AppEntitlementUserBindingService,
  AppOwners,
  AppResourceSearch,
  AppResourceService,
  AppResourceTypeService,
  AppSearch,
  Apps,
  AppUserService,
  AttributeSearch,
  Attributes,
  Auth,
  CandidateService,
  ChangeService,
  ClientService,
  CommonAccessService,
  CoverageService,
  DecisionService,
  DirectoryService,
  EntitlementInsightService,
  EntitlementsService,
  ExploreService,
  IdentitiesService,
  IdentityProfilesService,
  ImpactService,
  ImportService,
  InboxService,
  IssuerService,
  LedgerService,
  MatrixService,
  MiningSettingsService,
  OriginDirectoryService,
  PeopleService,
  Policies,
  PolicySearch,
  PolicyService,
  PolicyValidate,
  ProfileDriftService,
  ProfileService,
  PublicationService,
  PublicIdentitiesService,
  PullService,
  ReadinessService,
  RecommendationService,
  RecommendationsService,
  RequestCatalogManagementService,
  RequestCatalogSearchService,
  ReviewService,
  RoleInsightsService,
  RoleMiningManagementSearchService,
  RoleMiningManagementService,
  RoleMiningService,
  RoleModelService,
  Roles,
  RolesService,
  RunInsightService,
  SearchService,
  SessionPolicyService,
  SessionReadinessService,
  SessionService,
  SodService,
  SourceService,
  SourcesService,
  SourceUsagesService,
  TaskActionsService,
  TaskSearchService,
  TaskService,
  TaskStatusService,
  TenantService,
  UnheldService,
  UploadService,
  UserSearch,
  UserService,
  ViewService,
  WebhookService,
  WhyService,
  WorkgroupsService,
  WorkService,
} from '@assay/contracts'
import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { HealthMeasure } from '@assay/contracts/assay/change/v1/change_service_pb'

import type { DescMethod, DescService, JsonObject } from '@bufbuild/protobuf'
import { Code } from '@connectrpc/connect'

/** The objects of the furnished platform, by the names that requests use. */
export interface Ids {
  readonly application: string
  readonly entitlement: string
  readonly identity: string
  readonly import: string
  /** An open import. */
  readonly openImport: string
  /** A source of access data, and an open load of it. */
  readonly dataSource: string
  readonly openLoad: string
  /** A complete upload of a file of five bytes. */
  readonly upload: string
  readonly committedLoad: string
  /** An account that is linked to `identity`, and one that is not linked. */
  readonly account: string
  readonly freeAccount: string
  /** The id that SailPoint's API has for an account of `identity`. */
  readonly numberedAccount: string
  readonly run: string
  readonly suggestion: string
  readonly analysis: string
  readonly profile: string
  /** A profile whose members are chosen by hand. */
  readonly plainProfile: string
  readonly task: string
  readonly roleModel: string
  readonly policy: string
  /** A monitor of conflicting access; `entitlement` is in its group A. */
  readonly monitor: string
  readonly draft: string
  /** An open and a closed review, and an item of each. */
  readonly review: string
  readonly reviewItem: string
  readonly closedReview: string
  readonly closedItem: string
  readonly session: string
  readonly role: string
  /** An entitlement of the potential role. */
  readonly roleEntitlement: string
  readonly source: string
  readonly export: string
  /** An issuer, a person who signed in through it, the access given to that person, and a session. */
  readonly issuer: string
  readonly person: string
  readonly access: string
  readonly consoleSession: string
  /** A publication of the profile to a target that no request names. */
  readonly publication: string
  /** A webhook whose receiver cannot be reached. */
  readonly webhook: string
  /** An entry of the ledger. */
  readonly entry: string
  /** Each of these objects is for one call: a profile to delete, a task to resolve, a role to provision. */
  takeProfile(): string
  takeTask(): string
  takeRole(): string
  takeDataSource(): string
  takePolicy(): string
  takeMonitor(): string
  takeDraft(): string
  takeRoleModel(): string
  takeSession(): string
  takeClient(): string
  /** An API client without a scope at first. */
  readonly client: string
  takeUpload(): string
  takeIssuer(): string
  takeAccess(): string
  takeConsoleSession(): string
}

export interface CallRequest {
  readonly method: DescMethod
  /** The request; it names objects of the tenant `local` if the call names any. */
  readonly request: (ids: Ids) => JsonObject
  /** Whether the request names an object of this tenant, so that another tenant gets NOT_FOUND. */
  readonly names: boolean
  /** The request of a permitted caller, if `request` can be made only once; absent when it can be repeated. */
  readonly once?: (ids: Ids) => JsonObject
  /** The error that a permitted caller gets; absent for success. */
  readonly outcome?: Code
}

type Entry = Omit<CallRequest, 'method'>

const plain = (request: JsonObject = {}, outcome?: Code): Entry => ({
  request: () => request,
  names: false,
  ...(outcome !== undefined && { outcome }),
})
const naming = (request: Entry['request']): Entry => ({ request, names: true })

/** A call that can be made only once for each object. */
const once = (request: Entry['request'], fresh: Entry['request']): Entry => ({ ...naming(request), once: fresh })

/** A request for each call of a service; the type requires all calls. */
function requestsOf<Service extends DescService>(
  service: Service,
  requests: Readonly<Record<keyof Service['method'] & string, Entry>>,
): readonly CallRequest[] {
  return Object.entries<Entry>(requests).map(([name, entry]) => ({ method: service.method[name]!, ...entry! }))
}

const nowhere = '00000000-0000-4000-8000-000000000000'
const cohort = [{ attribute: 'department', values: ['Engineering'] }]
const entitlements = ({ application: appId, entitlement: entitlementId }: Ids) => [{ appId, entitlementId }]
const namedEntitlements = ({ application: applicationId, entitlement: entitlementId }: Ids) => [
  { applicationId, entitlementId },
]
const membershipOf = ({ identity: identityUserId }: Ids, appEntitlementId: string) => ({
  appId: 'assay-access-profiles',
  appEntitlementId,
  identityUserId,
})
const decisionOn = (taskId: string) => ({ taskId, policyStepId: taskId })
const monitorBinding = (ids: Ids, entitlementGroup: string) => ({
  monitorId: ids.monitor,
  appId: ids.application,
  appEntitlementId: ids.entitlement,
  entitlementGroup,
})
const catalogEntry = ({ application: appId, entitlement: entitlementId }: Ids, catalogId: string) => ({
  catalogId,
  appId,
  entitlementId,
})
const catalogEntitlements = ({ application: appId, entitlement: id }: Ids) => [{ appId, id }]
const absent = (request: Entry['request']): Entry => ({ ...naming(request), outcome: Code.NotFound })
const ofApp = ({ application: appId }: Ids) => ({ appId })
const ofAppEntitlement = ({ application: appId, entitlement: appEntitlementId }: Ids) => ({ appId, appEntitlementId })
const ofOwnedEntitlement = ({ application: appId, entitlement: entitlementId }: Ids) => ({ appId, entitlementId })
const ofAccount = ({ application: appId, identity: appUserId }: Ids) => ({ appId, appUserId })

/** ConductorOne's calls about the people and objects of an import. */
const directoryRequests: readonly CallRequest[] = [
  ...requestsOf(UserService, {
    list: plain({ pageSize: 3 }),
    get: naming(({ identity: id }) => ({ id })),
    introspect: plain({}, Code.NotFound),
    getUserProfileTypes: naming(({ identity: userId }) => ({ userId })),
  }),
  ...requestsOf(UserSearch, { search: plain({ pageSize: 3 }) }),
  ...requestsOf(Apps, { list: plain({ pageSize: 3 }), get: naming(({ application: id }) => ({ id })) }),
  ...requestsOf(AppSearch, { search: plain({ pageSize: 3 }) }),
  ...requestsOf(AppOwners, { list: naming(ofApp), listOwnerIDs: naming(ofApp) }),
  ...requestsOf(AppEntitlements, {
    list: naming((ids) => ({ ...ofApp(ids), pageSize: 3 })),
    get: naming(({ application: appId, entitlement: id }) => ({ appId, id })),
    update: naming(({ plainProfile: id }) => ({
      appId: 'assay-access-profiles',
      id,
      entitlement: { grantPolicyId: 'p1' },
    })),
    listUsers: naming((ids) => ({ ...ofAppEntitlement(ids), pageSize: 3 })),
    listForAppResource: naming((ids) => ({ ...ofApp(ids), appResourceTypeId: 'group', appResourceId: 'none' })),
    listForAppUser: naming(ofAccount),
  }),
  ...requestsOf(AppEntitlementSearchService, {
    search: plain({ pageSize: 3 }),
    searchGrants: plain({ pageSize: 3 }),
    searchAppEntitlementsForAppUser: naming(ofAccount),
    searchAppEntitlementsWithExpired: naming((ids) => ({ ...ofAppEntitlement(ids), pageSize: 3 })),
  }),
  ...requestsOf(AppEntitlementOwners, { list: naming(ofOwnedEntitlement), listOwnerIDs: naming(ofOwnedEntitlement) }),
  ...requestsOf(AppEntitlementUserBindingService, {
    listAppUsersForIdentityWithGrant: naming((ids) => ({ ...ofAppEntitlement(ids), identityUserId: ids.identity })),
  }),
  ...requestsOf(AppUserService, {
    list: naming((ids) => ({ ...ofApp(ids), pageSize: 3 })),
    search: plain({ pageSize: 3 }),
    listAppUsersForUser: naming((ids) => ({ ...ofApp(ids), userId: ids.identity })),
  }),
  ...requestsOf(AppResourceTypeService, {
    list: naming(ofApp),
    get: absent((ids) => ({ ...ofApp(ids), id: 'none' })),
  }),
  ...requestsOf(AppResourceService, {
    list: naming((ids) => ({ ...ofApp(ids), appResourceTypeId: 'group' })),
    get: absent((ids) => ({ ...ofApp(ids), appResourceTypeId: 'group', id: 'none' })),
  }),
  ...requestsOf(AppResourceSearch, {
    searchAppResourceTypes: plain({ pageSize: 3 }),
    searchAppResources: plain({ pageSize: 3 }),
  }),
  ...requestsOf(Attributes, {
    listRiskLevels: plain(),
    getRiskLevelAttributeValue: plain({ id: 'none' }, Code.NotFound),
    listComplianceFrameworks: plain(),
    getComplianceFrameworkAttributeValue: plain({ id: 'none' }, Code.NotFound),
    listAttributeTypes: plain(),
    listAttributeValues: plain({ attributeTypeId: 'risk_level' }),
    getAttributeValue: plain({ id: 'none' }, Code.NotFound),
  }),
  ...requestsOf(AttributeSearch, { searchAttributeValues: plain({ pageSize: 3 }) }),
  ...requestsOf(OriginDirectoryService, { list: plain(), get: plain({ appId: 'none' }, Code.NotFound) }),
  ...requestsOf(Roles, { list: plain(), get: plain({ roleId: 'none' }, Code.NotFound) }),
]

const ofWebhook = ({ webhook: webhookId }: Ids) => ({ webhookId })
const selection = (ids: Ids) => ({
  analysisId: ids.analysis,
  minimumCoverageBasisPoints: 8000,
})
const ofRole = (more: Entry['request'] = () => ({})) =>
  naming((ids) => ({ sessionId: ids.session, potentialRoleId: ids.role, ...more(ids) }))
const ofSuggestion = ({ suggestion: suggestionId }: Ids) => ({ candidate: { suggestionId } })
const ofTwo = ({ suggestion, profile }: Ids) => ({
  first: { suggestionId: suggestion },
  second: { accessProfileId: profile },
})
/** Reads the accounts of an application. */
export const sourceMap = `map: 1
name: erp
inputs: {users: {columns: [login, role]}}
accounts:
  - from: users
    application: {text: erp}
    id: login
grants:
  - from: users
    application: {text: erp}
    holder: {column: login, match: id, among: accounts}
    entitlement: role
`
const rename = [{ op: 'replace', path: '/name', value: 'Renamed' }]

/** A request for every public call. A call that can be made only once fails with a reason other than access. */
export const callRequests: readonly CallRequest[] = [
  ...requestsOf(RoleMiningManagementService, {
    triggerAnalysis: plain(),
    listRuns: plain(),
    getLatestRun: plain(),
    listSuggestions: plain({ pageSize: 3 }),
    getSuggestion: naming(({ suggestion: id }) => ({ id })),
    updateSuggestionState: naming(({ suggestion: id }) => ({ id, state: 'SUGGESTION_STATE_DISMISSED' })),
    searchCohortUsers: naming(({ suggestion }) => ({ suggestionId: suggestion, pageSize: 3 })),
    getRoleMiningConfig: plain(),
    updateRoleMiningConfig: plain({ cohortHints: [{ attribute: 'department', priority: 3, values: ['Engineering'] }] }),
    triggerCustomAnalysis: plain({ profileFilters: cohort }),
    getCustomAnalysisResult: naming(({ analysis: id }) => ({ id })),
    createAccessProfileFromCohort: naming((ids) => ({
      displayName: 'Made by an allowed caller',
      profileFilters: cohort,
      entitlements: entitlements(ids),
    })),
    listCustomAnalysisResults: plain(),
    evaluateEntitlementSelection: naming(selection),
    getLatestCustomAnalysisResult: plain(),
    listCohortFilterAttributes: plain(),
    listCohortFilterAttributeValues: plain({ attribute: 'department' }),
    countEntitlementSelectionFilterAttributeValues: naming((ids) => ({
      selection: selection(ids),
      attribute: 'job_title',
      values: ['Engineer'],
    })),
  }),
  ...requestsOf(RoleMiningManagementSearchService, { search: plain({ pageSize: 3 }) }),
  ...requestsOf(RequestCatalogManagementService, {
    list: plain(),
    create: plain({ displayName: 'Made by the matrix' }),
    update: naming(({ plainProfile: id }) => ({ id, catalog: { description: 'Changed' }, updateMask: 'description' })),
    get: naming(({ profile: id }) => ({ id })),
    listEntitlementsPerCatalog: naming(({ profile }) => ({ catalogId: profile })),
    listAllEntitlementIdsPerApp: naming(({ profile }) => ({ catalogId: profile })),
    addAppEntitlements: naming((ids) => ({ catalogId: ids.plainProfile, appEntitlements: catalogEntitlements(ids) })),
    createRequestableEntry: naming((ids) => catalogEntry(ids, ids.plainProfile)),
    getRequestableEntry: naming((ids) => catalogEntry(ids, ids.profile)),
    deleteRequestableEntry: naming((ids) => catalogEntry(ids, ids.plainProfile)),
    removeAppEntitlements: naming((ids) => ({
      catalogId: ids.plainProfile,
      appEntitlements: catalogEntitlements(ids),
    })),
    updateAppEntitlements: naming((ids) => ({
      catalogId: ids.plainProfile,
      appEntitlements: catalogEntitlements(ids),
    })),
    addAccessEntitlements: {
      ...naming((ids) => ({ catalogId: ids.plainProfile, accessEntitlements: catalogEntitlements(ids) })),
      outcome: Code.FailedPrecondition,
    },
    removeAccessEntitlements: naming((ids) => ({
      catalogId: ids.plainProfile,
      accessEntitlements: catalogEntitlements(ids),
    })),
    listEntitlementsForAccess: naming(({ profile }) => ({ catalogId: profile })),
    getBundleAutomation: naming(({ profile }) => ({ requestCatalogId: profile })),
    createBundleAutomation: naming(({ plainProfile }) => ({ requestCatalogId: plainProfile })),
    setBundleAutomation: naming(({ plainProfile }) => ({ requestCatalogId: plainProfile })),
    // None of them has one.
    deleteBundleAutomation: {
      ...once(
        ({ plainProfile }) => ({ requestCatalogId: plainProfile }),
        (ids) => ({ requestCatalogId: ids.takeProfile() }),
      ),
      outcome: Code.NotFound,
    },
    forceRunBundleAutomation: naming(({ profile }) => ({ requestCatalogId: profile })),
    resumePausedBundleAutomation: naming(({ profile }) => ({ requestCatalogId: profile })),
    delete: once(
      ({ plainProfile: id }) => ({ id }),
      (ids) => ({ id: ids.takeProfile() }),
    ),
  }),
  ...directoryRequests,
  ...requestsOf(RequestCatalogSearchService, { searchEntitlements: plain({ pageSize: 3 }) }),
  ...requestsOf(TaskSearchService, { search: plain({ pageSize: 3 }) }),
  ...requestsOf(TaskService, {
    get: naming(({ task: id }) => ({ id })),
    createGrantTask: once(
      (ids) => membershipOf(ids, ids.plainProfile),
      (ids) => membershipOf(ids, ids.takeProfile()),
    ),
    // Nobody is a member of it.
    createRevokeTask: {
      ...once(
        (ids) => membershipOf(ids, ids.plainProfile),
        (ids) => membershipOf(ids, ids.takeProfile()),
      ),
      outcome: Code.FailedPrecondition,
    },
  }),
  ...requestsOf(TaskActionsService, {
    approve: once(
      ({ task }) => decisionOn(task),
      (ids) => decisionOn(ids.takeTask()),
    ),
    deny: once(
      ({ task }) => decisionOn(task),
      (ids) => decisionOn(ids.takeTask()),
    ),
  }),
  ...requestsOf(Policies, { list: plain(), get: plain({ id: 'assay-auto-approve' }) }),
  ...requestsOf(PolicySearch, { search: plain() }),
  ...requestsOf(PolicyValidate, { validateCEL: plain({ text: 'subject.department ==' }) }),
  ...requestsOf(AccessConflictService, {
    createMonitor: {
      request: () => ({ displayName: 'Refused' }),
      names: false,
      once: () => ({ displayName: randomUUID() }),
    },
    getMonitor: naming(({ monitor: id }) => ({ id })),
    updateMonitor: naming(({ monitor: id }) => ({ id, description: 'Changed by an allowed caller' })),
    deleteMonitor: once(
      ({ monitor: id }) => ({ id }),
      (ids) => ({ id: ids.takeMonitor() }),
    ),
  }),
  ...requestsOf(AppEntitlementMonitorBindingService, {
    createAppEntitlementMonitorBinding: naming((ids) => monitorBinding(ids, 'ENTITLEMENT_GROUP_A')),
    getAppEntitlementMonitorBinding: naming((ids) => monitorBinding(ids, 'ENTITLEMENT_GROUP_A')),
    deleteAppEntitlementMonitorBinding: {
      ...naming((ids) => monitorBinding(ids, 'ENTITLEMENT_GROUP_B')),
      outcome: Code.NotFound,
    },
  }),
  ...requestsOf(Auth, { introspect: plain() }),
  ...requestsOf(ImportService, {
    createImport: plain({}, Code.Aborted),
    uploadImportFile: naming(({ openImport }) => ({
      importId: openImport,
      fileName: 'applications.csv',
      content: { contentType: 'text/csv', data: Buffer.from('id\n').toString('base64') },
    })),
    commitImport: naming((ids) => ({ importId: ids.import })),
    getImport: naming((ids) => ({ importId: ids.import })),
    listImports: plain(),
    abortImport: naming(({ openImport }) => ({ importId: openImport })),
  }),
  ...requestsOf(SourceService, {
    createSource: plain({ source: { id: 'access-data' } }, Code.AlreadyExists),
    getSource: naming((ids) => ({ sourceId: ids.dataSource })),
    listSources: plain(),
    updateSource: naming((ids) => ({ source: { id: ids.dataSource, displayName: 'Changed' } })),
    putSourceMap: naming((ids) => ({ sourceId: ids.dataSource, content: sourceMap })),
    listSourceMaps: naming((ids) => ({ sourceId: ids.dataSource })),
    createLoad: { ...naming((ids) => ({ sourceId: ids.dataSource })), outcome: Code.Aborted },
    uploadLoadFile: naming(({ openLoad }) => ({
      loadId: openLoad,
      fileName: 'pairs.csv',
      content: { contentType: 'text/csv', data: Buffer.from('user,entitlement\n').toString('base64') },
    })),
    getLoad: naming(({ openLoad }) => ({ loadId: openLoad })),
    listLoads: naming((ids) => ({ sourceId: ids.dataSource })),
    applyChangeSet: {
      ...naming((ids) => ({
        sourceId: ids.dataSource,
        requestId: 'one',
        baseLoadId: ids.committedLoad,
        changes: [{ upsertApplication: { id: 'erp', displayName: 'ERP' } }],
      })),
      outcome: Code.Aborted,
    },
    listAccounts: naming((ids) => ({ sourceId: ids.dataSource })),
    listOrphans: naming((ids) => ({ sourceId: ids.dataSource })),
    getCorrelation: naming((ids) => ({ sourceId: ids.dataSource, preview: true })),
    linkAccount: naming((ids) => ({
      sourceId: ids.dataSource,
      applicationId: 'erp',
      accountId: ids.account,
      identityId: ids.identity,
    })),
    unlinkAccount: naming((ids) => ({ sourceId: ids.dataSource, applicationId: 'erp', accountId: ids.freeAccount })),
    confirmLoad: { ...naming(({ openLoad }) => ({ loadId: openLoad })), outcome: Code.FailedPrecondition },
    commitLoad: { ...naming(({ committedLoad }) => ({ loadId: committedLoad })) },
    abortLoad: { ...naming(({ committedLoad }) => ({ loadId: committedLoad })), outcome: Code.FailedPrecondition },
    deleteSource: once(
      (ids) => ({ sourceId: ids.dataSource }),
      (ids) => ({ sourceId: ids.takeDataSource(), confirm: true }),
    ),
  }),
  ...requestsOf(PullService, {
    // A worker refuses at once to connect to this machine.
    putPull: naming((ids) => ({ sourceId: ids.dataSource, pull: { address: 'https://127.0.0.1/scim' } })),
    getPull: naming((ids) => ({ sourceId: ids.dataSource })),
    pullSource: naming((ids) => ({ sourceId: ids.dataSource, kinds: ['KIND_USERS'] })),
    deletePull: once(
      (ids) => ({ sourceId: ids.dataSource }),
      (ids) => ({ sourceId: ids.dataSource }),
    ),
  }),
  ...requestsOf(DirectoryService, {
    listIdentities: plain({ pageSize: 3 }),
    getIdentity: naming(({ identity }) => ({ identityId: identity })),
    listApplications: plain(),
    listEntitlements: naming(({ application }) => ({ applicationId: application })),
    getEntitlement: naming(({ application, entitlement }) => ({
      applicationId: application,
      entitlementId: entitlement,
    })),
    listIdentityGrants: naming(({ identity }) => ({ identityId: identity })),
    listEffectiveGrants: naming(({ identity }) => ({ identityId: identity })),
    explainAccess: naming(({ identity, application, entitlement }) => ({
      identityId: identity,
      entitlementId: entitlement,
      applicationId: application,
    })),
  }),
  ...requestsOf(ProfileService, {
    listAccessProfiles: plain(),
    getAccessProfile: naming(({ profile }) => ({ accessProfileId: profile })),
    createAccessProfile: plain({ accessProfile: { displayName: 'Made by an allowed caller' } }),
    updateAccessProfile: naming(({ plainProfile }) => ({
      accessProfile: { id: plainProfile, description: 'Changed by an allowed caller' },
      updateMask: 'description',
    })),
    previewMembership: naming(({ profile }) => ({ accessProfileId: profile })),
    checkMembershipRule: plain({ celExpression: 'subject.department == "Engineering"' }),
    resumeAccessProfile: naming(({ profile }) => ({ accessProfileId: profile })),
    listAccessProfileEntitlements: naming(({ profile }) => ({ accessProfileId: profile })),
    listAccessProfileMembers: naming(({ profile }) => ({ accessProfileId: profile })),
    addAccessProfileMembers: naming((ids) => ({ accessProfileId: ids.plainProfile, identityIds: [ids.identity] })),
    listPendingTasks: plain(),
    resolvePendingTask: once(
      ({ task }) => ({ taskId: task, decision: 'DECISION_DECLINE' }),
      (ids) => ({ taskId: ids.takeTask(), decision: 'DECISION_DECLINE' }),
    ),
    deleteAccessProfile: once(
      ({ plainProfile }) => ({ accessProfileId: plainProfile }),
      (ids) => ({ accessProfileId: ids.takeProfile() }),
    ),
  }),
  ...requestsOf(PeopleService, {
    listPeople: plain({ pageSize: 3 }),
    getPerson: naming(({ person }) => ({ personId: person })),
    revokePerson: naming(({ person }) => ({ personId: person })),
    restorePerson: naming(({ person }) => ({ personId: person })),
    listGivenAccess: plain(),
    giveAccess: naming(({ issuer }) => ({ access: { issuerId: issuer, group: 'staff', role: 'ROLE_AUDITOR' } })),
    takeAccess: once(
      ({ access }) => ({ accessId: access }),
      (ids) => ({ accessId: ids.takeAccess() }),
    ),
    listSessions: plain({ pageSize: 3 }),
    endSession: once(
      ({ consoleSession }) => ({ sessionId: consoleSession }),
      (ids) => ({ sessionId: ids.takeConsoleSession() }),
    ),
  }),
  ...requestsOf(IssuerService, {
    listIssuers: plain(),
    createIssuer: plain(
      { issuer: { issuer: 'https://x/?no', displayName: 'Acme', clientId: 'assay' } },
      Code.InvalidArgument,
    ),
    deleteIssuer: once(
      ({ issuer }) => ({ issuerId: issuer }),
      (ids) => ({ issuerId: ids.takeIssuer() }),
    ),
  }),
  ...requestsOf(ReviewService, {
    createReview: naming((ids) => ({
      displayName: 'Made by an allowed caller',
      reviewerIds: [ids.identity],
      items: [{ candidate: { accessProfileId: ids.profile } }],
    })),
    getReview: naming(({ review }) => ({ reviewId: review })),
    listReviews: plain({ pageSize: 3 }),
    // For a closed review it changes nothing, for any caller.
    closeReview: naming(({ closedReview }) => ({ reviewId: closedReview })),
    remindReviewers: {
      ...naming(({ closedReview }) => ({ reviewId: closedReview })),
      outcome: Code.FailedPrecondition,
    },
    carryOutReview: { ...naming(({ review }) => ({ reviewId: review })), outcome: Code.FailedPrecondition },
    listReviewItems: naming(({ review }) => ({ reviewId: review, pageSize: 3 })),
    listMyReviewItems: plain({ pageSize: 3 }),
    getReviewItem: naming(({ reviewItem }) => ({ itemId: reviewItem })),
    listCandidateReviewItems: plain({
      candidateKind: CandidateKind.PROFILE,
      candidateId: '00000000-0000-4000-8000-000000000000',
    }),
    searchReviewers: plain({ text: 'a', pageSize: 3 }),
    addReviewComment: {
      ...naming(({ closedItem }) => ({ itemId: closedItem, text: 'Who asked for this?' })),
      outcome: Code.FailedPrecondition,
    },
    listReviewComments: naming(({ reviewItem }) => ({ itemId: reviewItem, pageSize: 3 })),
    assignReviewItem: {
      ...naming(({ closedItem, identity }) => ({ itemId: closedItem, reviewerIds: [identity] })),
      outcome: Code.FailedPrecondition,
    },
    decideReviewItem: {
      ...naming(({ closedItem }) => ({ itemId: closedItem, verdict: 'VERDICT_REJECTED' })),
      outcome: Code.FailedPrecondition,
    },
    exportEvidence: naming(({ review }) => ({ reviewId: review, format: 'FORMAT_NDJSON' })),
  }),
  ...requestsOf(InboxService, {
    listInboxCandidates: plain({ pageSize: 3 }),
    getInboxCandidate: naming(({ suggestion }) => ({ candidateId: suggestion })),
    listInboxPeople: naming(({ suggestion }) => ({ candidateId: suggestion, pageSize: 3 })),
    // The response lists items that could not be decided. Another tenant also gets a response, and decides nothing.
    batchDecide: {
      request: ({ suggestion }) => ({ decisions: [{ candidateId: suggestion, dismiss: {} }] }),
      names: false,
    },
    undoDecision: naming(({ suggestion }) => ({ candidateId: suggestion })),
  }),
  ...requestsOf(PolicyService, {
    createPolicy: plain(
      { policy: { displayName: 'Furnished', overGrantBudget: { mostBasisPoints: 10_000 } } },
      Code.AlreadyExists,
    ),
    getPolicy: naming(({ policy }) => ({ policyId: policy })),
    listPolicies: plain(),
    previewPolicy: plain({ policy: { overGrantBudget: { mostBasisPoints: 10_000 } } }),
    updatePolicy: naming(({ policy }) => ({ policy: { id: policy, description: 'Changed by an allowed caller' } })),
    deletePolicy: once(
      ({ policy }) => ({ policyId: policy }),
      (ids) => ({ policyId: ids.takePolicy() }),
    ),
    getRiskLevels: plain(),
    updateRiskLevels: plain({ riskLevels: { levels: ['low', 'high'] } }),
    listBreaches: naming(({ policy }) => ({ policyId: policy, pageSize: 3 })),
    exportBreaches: naming(({ policy }) => ({ policyId: policy })),
    checkCandidate: naming(({ suggestion }) => ({ candidate: { suggestionId: suggestion } })),
    getSuggestionPolicies: naming(({ suggestion }) => ({ suggestionId: suggestion })),
    getRunPolicies: naming(({ run }) => ({ runId: run })),
    getRoleModelPolicies: naming(({ roleModel }) => ({ roleModelId: roleModel })),
  }),
  ...requestsOf(CandidateService, {
    resolveCandidate: naming(ofSuggestion),
    listCandidateEntitlements: naming(ofSuggestion),
    listCandidateIdentities: naming(ofSuggestion),
    compareCandidates: naming(ofTwo),
    listComparedEntitlements: naming((ids) => ({ ...ofTwo(ids), side: 'COMPARED_SIDE_BOTH' })),
    listComparedIdentities: naming((ids) => ({ ...ofTwo(ids), side: 'COMPARED_SIDE_FIRST_ONLY' })),
    createDraft: naming(ofSuggestion),
    mergeCandidates: naming((ids) => ({
      candidates: [{ suggestionId: ids.suggestion }, { potentialRoleId: ids.role }],
    })),
    splitCandidate: naming((ids) => ({
      ...ofSuggestion(ids),
      people: { celExpression: 'subject.id.matches("[02468]$")' },
    })),
    getDraft: naming(({ draft: draftId }) => ({ draftId })),
    listDrafts: plain(),
    updateDraft: { ...naming(({ draft: draftId }) => ({ draftId, etag: '"former"' })), outcome: Code.Aborted },
    deleteDraft: once(
      ({ draft: draftId }) => ({ draftId }),
      (ids) => ({ draftId: ids.takeDraft() }),
    ),
  }),
  ...requestsOf(ImpactService, {
    computeImpact: naming(ofSuggestion),
    listImpactIdentities: naming(ofSuggestion),
    listImpactEntitlements: naming(ofSuggestion),
    listImpactCells: naming((ids) => ({ ...ofSuggestion(ids), identityId: ids.identity })),
    exportImpact: naming(ofSuggestion),
    batchComputeImpact: plain({ candidates: [{ draftId: 'unknown' }] }),
  }),
  ...requestsOf(UploadService, {
    createUpload: plain({ fileName: 'people.csv', sizeBytes: '8' }),
    uploadPart: naming(({ upload }) => ({ uploadId: upload, offset: '0', data: 'aWQKMQo=' })),
    getUpload: naming(({ upload }) => ({ uploadId: upload })),
    listUploads: plain(),
    // Deleting a missing object succeeds, also one of another tenant.
    deleteUpload: plain({ uploadId: '999999' }),
    takeUploads: once(
      ({ openLoad, upload }) => ({ loadId: openLoad, uploadIds: [upload] }),
      ({ openLoad, takeUpload }) => ({ loadId: openLoad, uploadIds: [takeUpload()] }),
    ),
    previewMap: naming(({ upload }) => ({ uploadIds: [upload] })),
    listReadyMaps: plain(),
  }),
  ...requestsOf(ViewService, {
    // A name can be used only once.
    createView: {
      request: () => ({ displayName: randomUUID(), address: '/candidates?order=gains' }),
      names: false,
    },
    listViews: plain({ screen: '/candidates' }),
    updateView: plain({ viewId: '00000000-0000-4000-8000-000000000000', displayName: 'x' }, Code.NotFound),
    deleteView: plain({ viewId: '00000000-0000-4000-8000-000000000000' }, Code.NotFound),
  }),
  ...requestsOf(PublicationService, {
    listTargets: plain(),
    previewPublication: naming((ids) => ({ targetId: 'scim', accessProfileIds: [ids.profile] })),
    createPublication: naming((ids) => ({ targetId: 'scim', accessProfileIds: [ids.profile] })),
    listPublications: plain({ pageSize: 3 }),
    downloadPublication: naming(({ publication }) => ({ publicationId: publication })),
  }),
  ...requestsOf(WebhookService, {
    listEventTypes: plain(),
    createWebhook: plain({ webhook: { url: 'ftp://example.com' } }, Code.InvalidArgument),
    getWebhook: naming(ofWebhook),
    listWebhooks: plain({ pageSize: 3 }),
    updateWebhook: naming(({ webhook: id }) => ({ webhook: { id, description: 'Changed' } })),
    deleteWebhook: plain({ webhookId: nowhere }, Code.NotFound),
    rotateWebhookSecret: naming(ofWebhook),
    testWebhook: naming(ofWebhook),
    enableWebhook: naming(ofWebhook),
    disableWebhook: plain({ webhookId: nowhere }, Code.NotFound),
    listDeliveries: naming((ids) => ({ ...ofWebhook(ids), pageSize: 3 })),
    replayDelivery: plain({ webhookId: nowhere, eventId: nowhere }, Code.NotFound),
    replayEvents: naming((ids) => ({ ...ofWebhook(ids), sincePosition: '1000000' })),
  }),
  ...requestsOf(WorkService, {
    listWork: plain({ pageSize: 3 }),
    watchWork: plain(),
    cancelWork: plain({ workId: '00000000-0000-4000-8000-000000000000' }, Code.NotFound),
  }),
  ...requestsOf(ExploreService, {
    describeCohort: plain({ conditions: [{ attribute: 'department', values: ['Engineering'] }] }),
    evaluateSelection: plain({ conditions: [{ attribute: 'department', values: ['Engineering'] }] }),
    searchConditions: plain({ text: 'e' }),
  }),
  ...requestsOf(MatrixService, {
    describeMatrix: plain({ view: { conditions: [{ attribute: 'department', values: ['Engineering'] }] } }),
    getMatrixOverview: plain(),
    getMatrixWindow: plain({ rowCount: 5, columnCount: 5 }),
    findInMatrix: plain({ text: 'e' }),
  }),
  ...requestsOf(ProfileDriftService, {
    listProfileDrift: plain({ pageSize: 3 }),
    getProfileDrift: naming(({ profile }) => ({ accessProfileId: profile })),
  }),
  ...requestsOf(ReadinessService, { getReadiness: plain() }),
  ...requestsOf(RecommendationService, {
    recommendForIdentity: naming(({ identity }) => ({ identityId: identity })),
    recommendForCohort: plain({ filters: [{ attribute: 'department', values: ['Engineering'] }] }),
  }),
  ...requestsOf(EntitlementInsightService, {
    describeEntitlements: naming((ids) => ({ entitlements: namedEntitlements(ids) })),
    listEntitlementHolders: naming((ids) => ({ entitlements: namedEntitlements(ids), pageSize: 3 })),
  }),
  ...requestsOf(MiningSettingsService, {
    getMiningSettings: plain(),
    updateMiningSettings: plain({ settings: { minLift: 2.5 } }),
    listMiningPresets: plain(),
  }),
  ...requestsOf(RunInsightService, { getRunInsight: naming(({ run }) => ({ runId: run })), startRun: plain() }),
  ...requestsOf(ChangeService, {
    listComparableRuns: plain(),
    // The furnished platform has one run.
    compareRuns: { ...naming((ids) => ({ runId: ids.run, previousRunId: ids.run })) },
    listLoadChanges: plain(),
    listRoleHealth: plain(),
    setHealthGoal: plain({ measure: HealthMeasure.THROUGH_ROLES, goal: 0.8 }),
  }),
  ...requestsOf(CoverageService, {
    rankAttributes: plain(),
    getResidual: plain(),
    listResidualGrants: naming((ids) => ({ identityId: ids.identity })),
    exportResidualGrants: naming((ids) => ({ identityId: ids.identity })),
  }),
  ...requestsOf(WhyService, {
    explainCohort: naming((ids) => ({ conditions: cohort, entitlement: namedEntitlements(ids)[0]! })),
    explainEntitlement: naming((ids) => ({ entitlement: namedEntitlements(ids)[0]! })),
    explainHolding: naming((ids) => ({ identityId: ids.identity, entitlement: namedEntitlements(ids)[0]! })),
  }),
  ...requestsOf(RoleModelService, {
    startRoleModel: plain(),
    watchRoleModel: naming(({ roleModel }) => ({ roleModelId: roleModel })),
    listRoleModels: plain({ pageSize: 3 }),
    cancelRoleModel: naming(({ roleModel }) => ({ roleModelId: roleModel })),
    deleteRoleModel: once(
      ({ roleModel }) => ({ roleModelId: roleModel }),
      (ids) => ({ roleModelId: ids.takeRoleModel() }),
    ),
    getRoleModel: naming(({ roleModel }) => ({ roleModelId: roleModel })),
    listRoleModelRoles: naming(({ roleModel }) => ({ roleModelId: roleModel, pageSize: 3 })),
    getRoleModelOutline: naming(({ roleModel }) => ({ roleModelId: roleModel })),
    downloadRoleModel: naming(({ roleModel }) => ({ roleModelId: roleModel })),
    getRoleFronts: naming(({ roleModel }) => ({ roleModelId: roleModel })),
    reviseRoleModel: naming(({ roleModel }) => ({ roleModelId: roleModel })),
    listRoleModelChanges: naming(({ roleModel }) => ({ roleModelId: roleModel, pageSize: 3 })),
    exportRoleModel: naming(({ roleModel }) => ({ roleModelId: roleModel })),
  }),
  ...requestsOf(DecisionService, {
    dismissSuggestion: naming(({ suggestion }) => ({ suggestionId: suggestion, reason: 'DISMISSAL_REASON_TOO_BROAD' })),
    restoreSuggestion: naming(({ suggestion }) => ({ suggestionId: suggestion })),
    listDismissals: plain(),
  }),
  ...requestsOf(LedgerService, {
    listEntries: plain({ pageSize: 3 }),
    getEntry: naming(({ entry }) => ({ entryId: entry })),
    listInForce: plain({ asOfTime: '2999-01-31T08:00:00Z', pageSize: 3 }),
    exportEntries: plain(),
    verifyLedger: plain(),
    getHead: plain(),
  }),
  ...requestsOf(ClientService, {
    listClients: plain({ pageSize: 3 }),
    createClient: plain({ displayName: 'Made by an allowed caller', role: 'CLIENT_ROLE_AUDITOR' }),
    scopeClient: naming(({ client }) => ({
      clientId: client,
      readerScope: { filters: [{ attribute: 'department', values: ['Engineering'] }] },
    })),
    revokeClient: once(
      ({ client }) => ({ clientId: client }),
      (ids) => ({ clientId: ids.takeClient() }),
    ),
  }),
  ...requestsOf(SessionService, {
    countPopulation: plain({ population: { filters: cohort } }),
    createSession: plain({ session: { displayName: 'Made by an allowed caller', fewestPeople: 5 } }),
    getSession: naming(({ session }) => ({ sessionId: session })),
    listSessions: plain({ pageSize: 3 }),
    updateSession: naming(({ session }) => ({
      session: { id: session, displayName: 'Renamed' },
      updateMask: 'displayName',
    })),
    deleteSession: once(
      ({ session }) => ({ sessionId: session }),
      (ids) => ({ sessionId: ids.takeSession() }),
    ),
    listPotentialRoles: naming(({ session }) => ({ sessionId: session, pageSize: 3 })),
  }),
  ...requestsOf(SessionPolicyService, {
    getPotentialRolePolicies: naming(({ role }) => ({ potentialRoleId: role })),
  }),
  ...requestsOf(SessionReadinessService, { getSessionReadiness: plain() }),
  ...requestsOf(RoleMiningService, {
    createRoleMiningSessions: plain({ session: { name: 'Made by an allowed caller' } }),
    getRoleMiningSessions: plain(),
    getRoleMiningSession: naming(({ session }) => ({ sessionId: session })),
    patchRoleMiningSession: naming(({ session }) => ({ sessionId: session, operations: rename })),
    getRoleMiningSessionStatus: naming(({ session }) => ({ sessionId: session })),
    getPotentialRoleSummaries: naming(({ session }) => ({ sessionId: session })),
    getPotentialRole: ofRole(),
    patchPotentialRoleSession: ofRole(() => ({ operations: rename })),
    getPotentialRoleApplications: ofRole(),
    getPotentialRoleEntitlements: ofRole(),
    getEntitlementsPotentialRole: ofRole(),
    getEntitlementDistributionPotentialRole: ofRole(),
    getExcludedEntitlementsPotentialRole: ofRole(),
    updateEntitlementsPotentialRole: ofRole((ids) => ({ edit: { ids: [ids.roleEntitlement], exclude: true } })),
    getIdentitiesPotentialRole: ofRole(),
    exportRoleMiningPotentialRole: ofRole(),
    exportRoleMiningPotentialRoleAsync: ofRole(() => ({ export: {} })),
    exportRoleMiningPotentialRoleStatus: ofRole((ids) => ({ exportId: ids.export })),
    downloadRoleMiningPotentialRoleZip: ofRole((ids) => ({ exportId: ids.export })),
    createPotentialRoleProvisionRequest: once(
      (ids) => ({ sessionId: ids.session, potentialRoleId: ids.role, provision: {} }),
      (ids) => ({ sessionId: ids.session, potentialRoleId: ids.takeRole(), provision: {} }),
    ),
    getAllPotentialRoleSummaries: plain(),
    getSavedPotentialRoles: plain(),
    getRoleMiningPotentialRole: naming(({ role }) => ({ potentialRoleId: role })),
    patchRoleMiningPotentialRole: naming(({ role }) => ({ potentialRoleId: role, operations: rename })),
    getPotentialRoleSourceIdentityUsage: naming(({ role, source }) => ({ potentialRoleId: role, sourceId: source })),
  }),
  ...requestsOf(SourcesService, {
    listSources: plain(),
    getSource: naming(({ application }) => ({ id: application })),
  }),
  ...requestsOf(IdentitiesService, {
    listIdentities: plain(),
    getIdentity: naming(({ identity }) => ({ id: identity })),
    listRoleAssignments: naming(({ identity }) => ({ identityId: identity })),
    listEntitlementsOfIdentity: naming(({ identity }) => ({ id: identity })),
    listIdentityAttributes: plain(),
  }),
  ...requestsOf(PublicIdentitiesService, { getPublicIdentities: plain() }),
  ...requestsOf(EntitlementsService, {
    listEntitlements: plain(),
    getEntitlement: naming(({ entitlement }) => ({ id: entitlement })),
    listEntitlementParents: naming(({ entitlement }) => ({ id: entitlement })),
    listEntitlementChildren: naming(({ entitlement }) => ({ id: entitlement })),
    listEntitlementsOfAccount: naming(({ numberedAccount }) => ({ accountId: numberedAccount })),
  }),
  ...requestsOf(AccountsService, {
    listAccounts: plain({ filters: 'sourceId eq "no such source"' }),
    getAccount: naming(({ numberedAccount }) => ({ id: numberedAccount })),
    getAccountEntitlements: naming(({ numberedAccount }) => ({ id: numberedAccount })),
  }),
  ...requestsOf(AccountUsagesService, {
    getUsagesByAccountId: naming(({ numberedAccount }) => ({ accountId: numberedAccount })),
  }),
  ...requestsOf(SourceUsagesService, {
    getStatusBySourceId: naming(({ application }) => ({ sourceId: application })),
    getUsagesBySourceId: naming(({ application }) => ({ sourceId: application })),
  }),
  // Of these Assay has none.
  ...requestsOf(WorkgroupsService, {
    listWorkgroups: plain(),
    getWorkgroup: plain({ id: 'one' }, Code.NotFound),
    listWorkgroupMembers: plain({ workgroupId: 'one' }, Code.NotFound),
  }),
  ...requestsOf(IdentityProfilesService, {
    listIdentityProfiles: plain(),
    getIdentityProfile: plain({ identityProfileId: 'one' }, Code.NotFound),
    getLifecycleStates: plain({ identityProfileId: 'one' }, Code.NotFound),
  }),
  ...requestsOf(TenantService, { getTenant: plain() }),
  ...requestsOf(UnheldService, {
    listCampaigns: plain(),
    listCertifications: plain(),
    listAccountActivities: plain(),
    listWorkflows: plain(),
    listTransforms: plain(),
    listSegments: plain(),
    listSourceApps: plain(),
  }),
  ...requestsOf(RolesService, {
    listRoles: plain({ limit: 3 }),
    createRole: naming((ids) => ({
      role: { name: 'Made by an allowed caller', owner: { type: 'IDENTITY', id: ids.identity } },
    })),
    getRole: naming(({ profile: id }) => ({ id })),
    patchRole: naming(({ plainProfile: id }) => ({
      id,
      operations: [{ op: 'replace', path: '/description', value: 'Changed as a role' }],
    })),
    deleteRole: once(
      ({ plainProfile: id }) => ({ id }),
      (ids) => ({ id: ids.takeProfile() }),
    ),
    deleteBulkRoles: once(
      ({ plainProfile }) => ({ roleIds: [plainProfile] }),
      (ids) => ({ roleIds: [ids.takeProfile()] }),
    ),
    getRoleAssignedIdentities: naming(({ profile: id }) => ({ id })),
    getRoleEntitlements: naming(({ profile: id }) => ({ id })),
    searchRolesByFilter: plain({ selection: { filters: 'name sw "a"' } }),
  }),
  // Of these there are none.
  ...requestsOf(AccessProfilesService, {
    listAccessProfiles: plain(),
    getAccessProfile: plain({ id: nowhere }, Code.NotFound),
    getAccessProfileEntitlements: plain({ id: nowhere }, Code.NotFound),
  }),
  ...requestsOf(SodService, {
    listSodPolicies: plain(),
    getSodPolicy: plain({ id: nowhere }, Code.NotFound),
    startPredictSodViolations: naming((ids) => ({
      identityId: ids.identity,
      accessRefs: [{ type: 'ENTITLEMENT', id: ids.entitlement }],
    })),
  }),
  ...requestsOf(TaskStatusService, {
    getTaskStatusList: plain(),
    getTaskStatus: plain({ id: nowhere }, Code.NotFound),
  }),
  ...requestsOf(RoleInsightsService, {
    getRoleInsights: plain({ limit: 3 }),
    getRoleInsightsSummary: plain(),
    createRoleInsightRequests: plain(),
    getRoleInsightsRequests: plain({ id: nowhere }, Code.NotFound),
    getRoleInsight: plain({ insightId: nowhere }, Code.NotFound),
    getRoleInsightsEntitlementsChanges: naming(({ profile }) => ({ insightId: profile })),
    downloadRoleInsightsEntitlementsChanges: naming(({ profile }) => ({ insightId: profile })),
    getRoleInsightsCurrentEntitlements: naming(({ profile }) => ({ insightId: profile })),
    getEntitlementChangesIdentities: plain({ insightId: nowhere, entitlementId: 'none' }, Code.NotFound),
  }),
  ...requestsOf(CommonAccessService, {
    getCommonAccess: plain(),
    createCommonAccess: naming(({ plainProfile }) => ({
      item: { access: { id: plainProfile, type: 'ROLE' }, status: 'DENIED' },
    })),
    updateCommonAccessStatusInBulk: naming(({ plainProfile }) => ({ updates: [{ deniedIds: [plainProfile] }] })),
  }),
  ...requestsOf(RecommendationsService, {
    getRecommendations: {
      request: (ids) => ({
        requests: [{ identityId: ids.identity, item: { id: ids.entitlement, type: 'ENTITLEMENT' } }],
      }),
      names: false,
    },
    getRecommendationsConfig: plain(),
  }),
  ...requestsOf(SearchService, {
    searchPost: plain({ search: { indices: ['identities'] }, limit: 3 }),
    searchCount: plain({ search: { indices: ['identities'] } }),
    searchAggregate: plain({
      search: { indices: ['identities'], aggregations: { bucket: { name: 'by status', field: 'status' } } },
    }),
    searchGet: naming(({ identity }) => ({ index: 'identities', id: identity })),
  }),
]

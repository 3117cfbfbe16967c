import { hkdfSync } from 'node:crypto'
import { asActor, createInternalTokens } from '@assay/auth'
import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ChangeService } from '@assay/contracts/assay/change/v1/change_service_pb'
import { ProfileDriftService } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { ClientService } from '@assay/contracts/assay/client/v1/client_service_pb'
import { DecisionService } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { WebhookService } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { ExploreService } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { ImpactService } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { CoverageService } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { EntitlementInsightService } from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { MiningSettingsService } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { ReadinessService } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { RecommendationService } from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { RunInsightService } from '@assay/contracts/assay/insight/v1/run_insight_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { MatrixService } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { IssuerService } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { PeopleService } from '@assay/contracts/assay/people/v1/people_service_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { PublicationService } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { RoleModelService } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { UploadService } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { ViewService } from '@assay/contracts/assay/view/v1/view_service_pb'
import { WorkService } from '@assay/contracts/assay/work/v1/work_service_pb'
import {
  AccessConflictService,
  AppEntitlementMonitorBindingService,
} from '@assay/contracts/c1/api/accessconflict/v1/access_conflict_service_pb'
import { Auth } from '@assay/contracts/c1/api/auth/v1/auth_pb'
import { Policies, PolicySearch, PolicyValidate } from '@assay/contracts/c1/api/policy/v1/policy_pb'
import { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { RequestCatalogSearchService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_search_service_pb'
import { RoleMiningManagementSearchService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_search_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { TaskActionsService } from '@assay/contracts/c1/api/task/v1/task_actions_service_pb'
import { TaskSearchService } from '@assay/contracts/c1/api/task/v1/task_search_service_pb'
import { TaskService } from '@assay/contracts/c1/api/task/v1/task_service_pb'
import { dialectOf, fieldNamesOf, fullNameOf, internalAccess } from '@assay/dialects'
import { QueueDepths, withWaitingLimits } from '@assay/jobs'
import { CohortQuestions, RecommendationThreads } from '@assay/mining'
import { MatrixOrders, MiningChanges, SnapshotCache } from '@assay/role-mining'
import {
  aroundCalls,
  createCallGate,
  databaseAddressOf,
  innerPeerLimits,
  type Logger,
  poolWait,
  type Started,
  serviceLoad,
  startServer,
  watchAnswerCache,
  watchPool,
  watchQueues,
  watchSnapshotCache,
} from '@assay/server'
import { DatabaseProbe, openDatabase, PageTokens } from '@assay/store'
import { accessConflictService, monitorBindingService } from './c1/access-conflict-services.ts'
import { authService } from './c1/auth-service.ts'
import { catalogSearchService } from './c1/catalog-search-service.ts'
import { DescribedSuggestions } from './c1/described-suggestions.ts'
import { serveDirectory } from './c1/directory/serve-directory.ts'
import { policiesService, policySearchService, policyValidateService } from './c1/policy-services.ts'
import { requestCatalogService } from './c1/request-catalog-service.ts'
import { roleMiningSearchService } from './c1/role-mining-search-service.ts'
import { roleMiningService } from './c1/role-mining-service.ts'
import { taskActionsService, taskSearchService, taskService } from './c1/task-services.ts'
import { candidateService } from './candidates/candidate-service.ts'
import { profileDriftService } from './candidates/drift-service.ts'
import { impactService } from './candidates/impact-service.ts'
import { candidateTools } from './candidates/with-caller.ts'
import { changeService } from './change/change-service.ts'
import { clientService } from './clients/client-service.ts'
import { type Config, circuitBreakerOf } from './config.ts'
import { decisionService } from './decision-service.ts'
import { directoryService } from './directory/directory-service.ts'
import { importService } from './directory/import-service.ts'
import { webhookService } from './events/webhook-service.ts'
import { exploreService } from './explore/explore-service.ts'
import { inboxService } from './inbox/inbox-service.ts'
import { coverageService } from './insight/coverage-service.ts'
import { entitlementInsightService } from './insight/entitlement-insight-service.ts'
import { miningSettingsService } from './insight/mining-settings-service.ts'
import { whyService } from './insight/why-service.ts'
import { ledgerService } from './ledger/ledger-service.ts'
import { matrixService } from './matrix/matrix-service.ts'
import { miningService } from './mining-service.ts'
import { issuerService } from './people/issuer-service.ts'
import { peopleService } from './people/people-service.ts'
import { policyService } from './policies/policy-service.ts'
import { profileService } from './profiles/profile-service.ts'
import { publicationService } from './publications/publication-service.ts'
import { readinessService } from './readiness-service.ts'
import { recommendationService } from './recommendation-service.ts'
import { reviewService } from './reviews/review-service.ts'
import { roleModelService } from './role-models/role-model-service.ts'
import { runInsightService } from './run-insight-service.ts'
import { sailpointRoutes } from './sailpoint/routes.ts'
import { cachedUsers, evaluationPlaces, type ServiceContext } from './service-context.ts'
import { pullService } from './sources/pull-service.ts'
import { sourceService } from './sources/source-service.ts'
import { uploadService } from './sources/upload-service.ts'
import { viewService } from './views/view-service.ts'
import { workService } from './work/work-service.ts'

/** Starts the mining service: its connections, its caches, its authorization and its calls. Its jobs run in the worker, see worker.ts. */
export async function startMiningServer(config: Config, logger: Logger): Promise<Started> {
  const address = databaseAddressOf(config, 'mining')
  const database = openDatabase({
    ...address,
    applicationName: 'assay-mining',
    maxConnections: config.maxConnections,
    maxWaitMs: config.databaseWaitMs,
    onWait: poolWait('calls'),
  })
  const depths = new QueueDepths({ ...address, applicationName: 'assay-mining-metrics' })
  const probe = new DatabaseProbe({ ...address, applicationName: 'assay-mining-probe' })
  const tokens = createInternalTokens(config.internalSecret)
  // Every process of a deployment derives the same key, so each can read the page tokens of the others.
  const pageKey = new Uint8Array(hkdfSync('sha256', config.internalSecret, '', 'assay page tokens', 32))
  const snapshots = new SnapshotCache(database.sql, { mostBytes: config.snapshotCacheBytes })
  const service: ServiceContext = {
    sql: database.sql,
    pageTokens: new PageTokens(pageKey),
    jobs: withWaitingLimits(config.waitingLimits),
    snapshots,
    candidates: candidateTools(snapshots),
    minings: new MiningChanges({ ...address, applicationName: 'assay-mining-changes' }),
    questions: new CohortQuestions(),
    recommendations: new RecommendationThreads(),
    explanations: new CohortQuestions(),
    matrices: new MatrixOrders({ mostBytes: config.answerCacheBytes }),
    suggestions: new DescribedSuggestions(config.answerCacheBytes),
    users: cachedUsers(config.answerCacheBytes),
    circuitBreaker: circuitBreakerOf(config),
    evaluations: evaluationPlaces(),
    temporaryDirectory: config.temporaryDirectory,
    changeSetWaitMs: config.changeSetWaitSeconds * 1000,
  }
  watchPool('calls', () => database.poolState())
  watchQueues(() => depths.read())
  watchSnapshotCache(() => service.snapshots.counts)
  watchAnswerCache('suggestions', () => service.suggestions.counts)
  watchAnswerCache('users', () => service.users.counts)
  watchAnswerCache('matrices', () => service.matrices.counts)
  const server = await startServer({
    name: 'mining',
    host: config.host,
    port: config.port,
    drainPauseMs: config.stopPauseSeconds * 1000,
    logCallsPercent: config.logCallsPercent,
    peerLimits: innerPeerLimits(config),
    logger,
    plainConnect: config.plainConnect,
    gate: createCallGate({
      verify: (token) => tokens.verify(token, 'mining'),
      accessOf: internalAccess,
      load: serviceLoad(config),
    }),
    fieldNamesOf,
    dialectOf,
    isWatch: (method) => method === WorkService.method.watchWork,
    interceptors: [
      aroundCalls((caller, method, call) => asActor(caller, internalAccess(method), fullNameOf(method), call)),
    ],
    routes: (router) => {
      router.service(RoleMiningManagementService, roleMiningService(service))
      router.service(RoleMiningManagementSearchService, roleMiningSearchService(service))
      router.service(RequestCatalogManagementService, requestCatalogService(service))
      router.service(RequestCatalogSearchService, catalogSearchService(service))
      serveDirectory(router, service)
      router.service(TaskSearchService, taskSearchService(service))
      router.service(TaskService, taskService(service))
      router.service(TaskActionsService, taskActionsService(service))
      router.service(Policies, policiesService(service))
      router.service(PolicySearch, policySearchService(service))
      router.service(PolicyValidate, policyValidateService(service))
      router.service(AccessConflictService, accessConflictService(service))
      router.service(AppEntitlementMonitorBindingService, monitorBindingService(service))
      router.service(DirectoryService, directoryService(service))
      router.service(ImportService, importService(service))
      router.service(SourceService, sourceService(service))
      router.service(UploadService, uploadService(service))
      router.service(PullService, pullService(service))
      router.service(InboxService, inboxService(service))
      router.service(PolicyService, policyService(service))
      router.service(ProfileService, profileService(service))
      router.service(EntitlementInsightService, entitlementInsightService(service))
      router.service(MiningSettingsService, miningSettingsService(service))
      router.service(ReadinessService, readinessService(service))
      router.service(RecommendationService, recommendationService(service))
      router.service(RunInsightService, runInsightService(service))
      router.service(DecisionService, decisionService(service))
      router.service(LedgerService, ledgerService(service))
      router.service(WhyService, whyService(service))
      router.service(ChangeService, changeService(service))
      router.service(ClientService, clientService(service))
      router.service(CoverageService, coverageService(service))
      router.service(RoleModelService, roleModelService(service))
      router.service(CandidateService, candidateService(service))
      router.service(PeopleService, peopleService(service))
      router.service(IssuerService, issuerService(service))
      router.service(ReviewService, reviewService(service))
      router.service(MatrixService, matrixService(service))
      router.service(ExploreService, exploreService(service))
      router.service(ImpactService, impactService(service))
      router.service(ProfileDriftService, profileDriftService(service))
      router.service(Auth, authService())
      router.service(ViewService, viewService(service))
      router.service(PublicationService, publicationService(service))
      router.service(WebhookService, webhookService(service))
      router.service(WorkService, workService(service))
      router.service(MiningService, miningService(service))
      sailpointRoutes(router, service)
    },
    readiness: {
      database: (signal) => probe.report(signal),
    },
  })
  return {
    url: server.url,
    async stop() {
      await server.close()
      const { suggestions, users, matrices } = service
      logger.info({ suggestions: suggestions.counts, users: users.counts, matrices: matrices.counts }, 'cache counts')
      await service.questions.close()
      await service.recommendations.close()
      await service.explanations.close()
      await service.minings.close()
      await Promise.all([database.close(), probe.close(), depths.close()])
    },
  }
}

import { hkdfSync } from 'node:crypto'
import { asActor, createInternalTokens } from '@assay/auth'
import { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { SessionPolicyService } from '@assay/contracts/assay/session/v1/session_policy_service_pb'
import { SessionReadinessService } from '@assay/contracts/assay/session/v1/session_readiness_service_pb'
import { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { dialectOf, fieldNamesOf, fullNameOf, internalAccess } from '@assay/dialects'
import { QueueDepths, withWaitingLimits } from '@assay/jobs'
import { createMailSender } from '@assay/mail'
import { databaseArchives } from '@assay/role-sessions'
import { connectService } from '@assay/rpc'
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
} from '@assay/server'
import { DatabaseProbe, openDatabase, PageTokens } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import { s3Archives } from './archives/s3-archives.ts'
import { type Config, s3SettingsOf } from './config.ts'
import { checkPoliciesBy } from './jobs/check-policies.ts'
import { roleMiningService } from './sailpoint/role-mining-service.ts'
import { cachedSummaries, type ServiceContext } from './service-context.ts'
import { sessionPolicyService } from './session-policy-service.ts'
import { sessionReadinessService } from './session-readiness-service.ts'
import { sessionService } from './session-service.ts'
import { startWorker } from './start-worker.ts'
import { tidySessionsInTime } from './tidy-sessions.ts'

/** Starts the session service: authorization, calls, jobs, and the connection to the mining service. */
export async function startSessionServer(config: Config, logger: Logger): Promise<Started & { readonly url: string }> {
  const address = databaseAddressOf(config, 'sessions')
  const database = openDatabase({
    ...address,
    applicationName: 'assay-iai-sessions',
    maxConnections: config.maxConnections,
    maxWaitMs: config.databaseWaitMs,
    onWait: poolWait('calls'),
  })
  const depths = new QueueDepths({ ...address, applicationName: 'assay-iai-sessions-metrics' })
  const probe = new DatabaseProbe({ ...address, applicationName: 'assay-iai-sessions-probe' })
  const { plainConnect } = config
  const miningConnection = connectService('mining', config.miningUrl, { plainConnect })
  const mining = createClient(MiningService, miningConnection.transport)
  const tokens = createInternalTokens(config.internalSecret)
  const objectStorage = config.s3Bucket === undefined ? undefined : s3Archives(s3SettingsOf(config))
  const archives = objectStorage ?? databaseArchives(database.sql)
  // Every process of a deployment derives the same key, so each can read the page tokens of the others.
  const pageKey = new Uint8Array(hkdfSync('sha256', config.internalSecret, '', 'assay page tokens', 32))
  const service: ServiceContext = {
    sql: database.sql,
    pageTokens: new PageTokens(pageKey),
    jobs: withWaitingLimits(config.waitingLimits),
    archives,
    checkPolicies: checkPoliciesBy(mining, tokens),
    summaries: cachedSummaries(config.answerCacheBytes),
  }
  watchPool('calls', () => database.poolState())
  watchQueues(() => depths.read())
  watchAnswerCache('summaries', () => service.summaries.counts)
  const server = await startServer({
    name: 'iai-sessions',
    host: config.host,
    port: config.port,
    drainPauseMs: config.stopPauseSeconds * 1000,
    logCallsPercent: config.logCallsPercent,
    peerLimits: innerPeerLimits(config),
    logger,
    plainConnect,
    gate: createCallGate({
      verify: (token) => tokens.verify(token, 'iai-sessions'),
      accessOf: internalAccess,
      load: serviceLoad(config),
    }),
    fieldNamesOf,
    dialectOf,
    interceptors: [
      aroundCalls((caller, method, call) => asActor(caller, internalAccess(method), fullNameOf(method), call)),
    ],
    routes: (router) => {
      router.service(RoleMiningService, roleMiningService(service))
      router.service(SessionPolicyService, sessionPolicyService(service))
      router.service(SessionService, sessionService(service))
      router.service(SessionReadinessService, sessionReadinessService(mining, tokens))
    },
    readiness: {
      database: (signal) => probe.report(signal),
      // Lists and changes of sessions work without the mining service; calculations wait for it.
      mining: {
        check: (signal) => miningConnection.check(signal),
        neededBy: (service) => service === SessionReadinessService.typeName,
      },
    },
  })
  const sender = config.smtpUrl === undefined ? undefined : createMailSender(config.smtpUrl, config.smtpFrom)
  const profiles = createClient(ProfileService, miningConnection.transport)
  const { sql } = database
  const worker = startWorker({
    address,
    queueConnections: config.queueConnections,
    sql,
    archives,
    logger,
    mining,
    profiles,
    tokens,
    sender,
  })
  const tidying = tidySessionsInTime(sql, config.retainSessionsDays, logger)
  return {
    url: server.url,
    async stop() {
      await server.close()
      logger.info({ summaries: service.summaries.counts }, 'cache counts')
      await Promise.all([worker.stop(), tidying.stop()])
      sender?.close()
      objectStorage?.close()
      miningConnection.close()
      await Promise.all([database.close(), probe.close(), depths.close()])
    },
  }
}

import { createInternalTokens } from '@assay/auth'
import { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { SessionReadinessService } from '@assay/contracts/assay/session/v1/session_readiness_service_pb'
import { Health } from '@assay/contracts/grpc/health/v1/health_pb'
import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { jobs } from '@assay/jobs'
import { databaseArchives } from '@assay/role-sessions'
import { authenticationGate, type Logger, type Started, startServer } from '@assay/server'
import { openDatabase } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { s3Archives } from './archives/s3-archives.ts'
import { type Config, s3SettingsOf } from './config.ts'
import { createMailSender } from './jobs/mail-sender.ts'
import { roleMiningService } from './sailpoint/role-mining-service.ts'
import { keptSummaries, type ServiceContext } from './service-context.ts'
import { sessionReadinessService } from './session-readiness-service.ts'
import { startWorker } from './start-worker.ts'

/** Wires up the session service: who may call it, what it serves, whom it asks. */
export async function startSessionServer(config: Config, logger: Logger): Promise<Started & { readonly url: string }> {
  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: 'assay-iai-sessions',
    maxConnections: config.maxConnections,
  })
  const transport = createGrpcTransport({ baseUrl: config.miningUrl })
  const mining = createClient(MiningService, transport)
  const miningHealth = createClient(Health, transport)
  const tokens = createInternalTokens(config.internalSecret)
  const objectStorage = config.s3Bucket === undefined ? undefined : s3Archives(s3SettingsOf(config))
  const archives = objectStorage ?? databaseArchives(database.sql)
  const service: ServiceContext = { sql: database.sql, jobs, archives, summaries: keptSummaries() }
  const server = await startServer({
    name: 'iai-sessions',
    host: config.host,
    port: config.port,
    logger,
    gate: authenticationGate((token) => tokens.verify(token)),
    routes: (router) => {
      router.service(RoleMiningService, roleMiningService(service))
      router.service(SessionReadinessService, sessionReadinessService(mining))
    },
    readiness: {
      database: async () => {
        await database.sql`select 1`
      },
      mining: async () => {
        await miningHealth.check({}, { timeoutMs: 1500 })
      },
    },
  })
  const sender = config.smtpUrl === undefined ? undefined : createMailSender(config.smtpUrl, config.smtpFrom)
  const profiles = createClient(ProfileService, transport)
  const { databaseUrl } = config
  const { sql } = database
  const worker = startWorker({ databaseUrl, sql, archives, logger, mining, profiles, tokens, sender })
  return {
    url: server.url,
    async stop() {
      await server.close()
      await worker.stop()
      sender?.close()
      objectStorage?.close()
      await database.close()
    },
  }
}

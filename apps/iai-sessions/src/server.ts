import { createInternalTokens } from '@assay/auth'
import { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { SessionReadinessService } from '@assay/contracts/assay/session/v1/session_readiness_service_pb'
import { Health } from '@assay/contracts/grpc/health/v1/health_pb'
import { authenticationGate, type Logger, type RunningServer, startServer } from '@assay/server'
import { createClient } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import type { Config } from './config.ts'
import { sessionReadinessService } from './session-readiness-service.ts'

/** Wires up the session service: who may call it, what it serves, whom it asks. */
export function startSessionServer(config: Config, logger: Logger): Promise<RunningServer> {
  const transport = createGrpcTransport({ baseUrl: config.miningUrl })
  const mining = createClient(MiningService, transport)
  const miningHealth = createClient(Health, transport)
  const tokens = createInternalTokens(config.internalSecret)
  return startServer({
    name: 'iai-sessions',
    host: config.host,
    port: config.port,
    logger,
    gate: authenticationGate((token) => tokens.verify(token)),
    routes: (router) => router.service(SessionReadinessService, sessionReadinessService(mining)),
    readiness: {
      mining: async () => {
        await miningHealth.check({}, { timeoutMs: 1500 })
      },
    },
  })
}

import { createAccessTokens, createInternalTokens } from '@assay/auth'
import { publicServices } from '@assay/contracts'
import { isOpenPath, publicAccess } from '@assay/dialects'
import {
  connectService,
  createForwardingTransport,
  type ForwardingOptions,
  forwardService,
  type ServiceConnection,
} from '@assay/rpc'
import {
  apiVersionHeader,
  apiVersionKey,
  createCallGate,
  type Logger,
  type NodeHandler,
  pathOf,
  principalKey,
  refuseNullCharacters,
  requestInProgress,
  type Started,
  startServer,
  type VerifyToken,
} from '@assay/server'
import { DatabaseProbe, openDatabase } from '@assay/store'
import type { DescService } from '@bufbuild/protobuf'
import type { Config } from './config.ts'
import { documentationRoutes } from './documentation.ts'
import { restHandler } from './rest.ts'
import { createCallLimit, rpcVersion } from './sailpoint/call-limit.ts'
import {
  oauthInfoEndpoint,
  oauthInfoPath,
  oauthTokenPath,
  sailpointTokenEndpoint,
} from './sailpoint/oauth-endpoints.ts'
import { readTlsFiles, reloadCertificate } from './tls-files.ts'
import { tokenEndpoint, tokenPath } from './token-endpoint.ts'
import { ignoresUnknownFields } from './unknown-fields.ts'

/** Wires up the public port: who may call, what is offered, and which service behind it answers. */
export async function startGateway(config: Config, logger: Logger): Promise<Started & { readonly url: string }> {
  const tls = readTlsFiles(config)
  const { plainConnect } = config
  const mining = connectService('mining', config.miningUrl, { plainConnect })
  const sessions = connectService('iai-sessions', config.sessionsUrl, { plainConnect })
  const connectionOf = connectionsByPackage({
    'c1.api.': mining,
    'assay.directory.': mining,
    'assay.insight.': mining,
    'assay.profile.': mining,
    'assay.rolemodel.': mining,
    'assay.session.': sessions,
    'sailpoint.iai.': sessions,
  })
  // A service without a process behind it is an error of this program: it shows at start rather than to a caller.
  for (const service of publicServices) connectionOf(service)
  const answeredBy = (connection: ServiceConnection) => (typeName: string) => connectionOf({ typeName }) === connection

  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: 'assay-gateway',
    maxConnections: config.maxConnections,
  })
  const probe = new DatabaseProbe({ url: config.databaseUrl, applicationName: 'assay-gateway-probe' })
  const accessTokens = createAccessTokens(database.sql)
  const internalTokens = createInternalTokens(config.internalSecret)
  const forwarding: ForwardingOptions = {
    connectionOf,
    ownHeaders: async (values) => ({
      authorization: `Bearer ${await internalTokens.sign(values.get(principalKey))}`,
      [apiVersionHeader]: values.get(apiVersionKey),
      'x-request-id': requestInProgress()?.id,
    }),
    onUnavailable: (err, service) => logger.warn({ err, service }, 'a service does not answer'),
  }
  const transport = createForwardingTransport(forwarding)
  const unreadTransport = createForwardingTransport({ ...forwarding, answers: 'unread' })

  const verify: VerifyToken = (token) => accessTokens.verify(token)
  const callLimit = createCallLimit(database.sql, config.sailpointRateLimit, logger)
  const gate = createCallGate({
    verify,
    accessOf: publicAccess,
    admit: (caller, { parent }) => (isSailpoint(parent) ? callLimit.count(caller, rpcVersion) : undefined),
  })
  const rest = restHandler(unreadTransport, verify, {
    logger,
    gate,
    maxBodyBytes: config.maxMessageBytes,
    answerCacheBytes: config.answerCacheBytes,
    callLimit,
  })

  const disconnect = async () => {
    mining.close()
    sessions.close()
    await Promise.all([database.close(), probe.close()])
  }
  const server = await startServer({
    name: 'gateway',
    host: config.host,
    port: config.port,
    drainPauseMs: config.stopPauseSeconds * 1000,
    tls,
    logger,
    maxMessageBytes: config.maxMessageBytes,
    plainConnect,
    gate,
    interceptors: [refuseNullCharacters()],
    routes: (router) => {
      for (const service of publicServices) forwardService(router, service, transport, optionsOf(service))
    },
    fallback: plainRoutes(
      {
        [tokenPath]: tokenEndpoint(accessTokens, logger),
        [oauthTokenPath]: sailpointTokenEndpoint(accessTokens, logger),
        [oauthInfoPath]: oauthInfoEndpoint(config),
        ...documentationRoutes(rest.routes, logger),
      },
      rest.handle,
    ),
    readiness: {
      database: () => probe.report(),
      mining: { check: () => mining.check(), neededBy: answeredBy(mining) },
      'iai-sessions': { check: () => sessions.check(), neededBy: answeredBy(sessions) },
    },
  }).catch(async (error: unknown) => {
    await disconnect()
    throw error
  })
  const reload = tls && reloadCertificate(config, tls, (files) => server.setCertificate(files), logger)
  return {
    url: server.url,
    async stop() {
      reload?.stop()
      await server.close()
      logger.info({ answers: rest.cacheCounts() }, 'cache counts')
      await disconnect()
    },
  }
}

function isSailpoint({ typeName }: DescService): boolean {
  return typeName.startsWith('sailpoint.')
}

function optionsOf(service: DescService) {
  return { jsonOptions: { alwaysEmitImplicit: true, ignoreUnknownFields: ignoresUnknownFields(service) } }
}

/** Finds the process that answers a service by the beginning of the service's full name. */
function connectionsByPackage(
  connections: Readonly<Record<string, ServiceConnection>>,
): (service: Pick<DescService, 'typeName'>) => ServiceConnection {
  return ({ typeName }) => {
    const match = Object.entries(connections).find(([prefix]) => typeName.startsWith(prefix))
    if (match === undefined) throw new Error(`No process answers ${typeName}`)
    return match[1]
  }
}

/** Routes that answer everybody, which the table of access has to say of each. */
export function plainRoutes(routes: Readonly<Record<string, NodeHandler>>, otherwise: NodeHandler): NodeHandler {
  const unexpected = Object.keys(routes).find((path) => !isOpenPath(path))
  if (unexpected !== undefined)
    throw new Error(`${unexpected} asks for no token, and the table of access has no such path`)
  const byPath = new Map(Object.entries(routes))
  return (request, response) => (byPath.get(pathOf(request)) ?? otherwise)(request, response)
}

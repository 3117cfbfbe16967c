import { readFileSync } from 'node:fs'
import { createAccessTokens, createInternalTokens } from '@assay/auth'
import { publicServices } from '@assay/contracts'
import {
  authenticationGate,
  ConfigError,
  type Logger,
  type NodeHandler,
  pathOf,
  refuseNullCharacters,
  type Started,
  startServer,
  type TlsFiles,
  type VerifyToken,
} from '@assay/server'
import { checkDatabase, openDatabase } from '@assay/store'
import type { DescService } from '@bufbuild/protobuf'
import { type Backend, connectBackend } from './backend.ts'
import type { Config } from './config.ts'
import { documentationRoutes } from './documentation.ts'
import { forwardService } from './forward-services.ts'
import { createForwardingTransport } from './forwarding-transport.ts'
import { restHandler } from './rest.ts'
import { createCallLimit, limitGate } from './sailpoint/call-limit.ts'
import {
  oauthInfoEndpoint,
  oauthInfoPath,
  oauthTokenPath,
  sailpointTokenEndpoint,
} from './sailpoint/oauth-endpoints.ts'
import { tokenEndpoint, tokenPath } from './token-endpoint.ts'
import { ignoresUnknownFields } from './unknown-fields.ts'

/** Wires up the public port: who may call, what is offered, and which service behind it answers. */
export async function startGateway(config: Config, logger: Logger): Promise<Started & { readonly url: string }> {
  const tls = readTlsFiles(config)
  const mining = connectBackend('mining', config.miningUrl)
  const sessions = connectBackend('iai-sessions', config.sessionsUrl)
  const backendOf = backendsByPackage({
    'c1.api.': mining,
    'assay.directory.': mining,
    'assay.insight.': mining,
    'assay.profile.': mining,
    'assay.rolemodel.': mining,
    'assay.session.': sessions,
    'sailpoint.iai.': sessions,
  })
  // A service without a backend is an error of this program: it shows at start rather than to a caller.
  for (const service of publicServices) backendOf(service)

  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: 'assay-gateway',
    maxConnections: config.maxConnections,
  })
  const accessTokens = createAccessTokens(database.sql)
  const internalTokens = createInternalTokens(config.internalSecret)
  const transport = createForwardingTransport(backendOf, internalTokens, logger)
  const unreadTransport = createForwardingTransport(backendOf, internalTokens, logger, 'unread')

  const verify: VerifyToken = (token) => accessTokens.verify(token)
  const callLimit = createCallLimit(database.sql, config.sailpointRateLimit, logger)
  const rest = restHandler(unreadTransport, verify, { logger, maxBodyBytes: config.maxMessageBytes, callLimit })
  const authenticate = authenticationGate(verify)

  const disconnect = async () => {
    mining.close()
    sessions.close()
    await database.close()
  }
  const server = await startServer({
    name: 'gateway',
    host: config.host,
    port: config.port,
    tls,
    logger,
    maxMessageBytes: config.maxMessageBytes,
    gate: authenticate,
    interceptors: [refuseNullCharacters()],
    routes: (router) => {
      for (const service of publicServices) {
        const limit = isSailpoint(service) && { requestGate: limitGate(authenticate, callLimit) }
        forwardService(router, service, transport, { ...optionsOf(service), ...limit })
      }
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
      database: () => checkDatabase(database.sql),
      mining: () => mining.check(),
      'iai-sessions': () => sessions.check(),
    },
  }).catch(async (error: unknown) => {
    await disconnect()
    throw error
  })
  return {
    url: server.url,
    async stop() {
      await server.close()
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

/** Finds a service's backend by the beginning of its full name. */
export function backendsByPackage(backends: Readonly<Record<string, Backend>>): (service: DescService) => Backend {
  return ({ typeName }) => {
    const found = Object.entries(backends).find(([prefix]) => typeName.startsWith(prefix))
    if (found === undefined) throw new Error(`No backend serves ${typeName}`)
    return found[1]
  }
}

function plainRoutes(routes: Readonly<Record<string, NodeHandler>>, otherwise: NodeHandler): NodeHandler {
  const byPath = new Map(Object.entries(routes))
  return (request, response) => (byPath.get(pathOf(request)) ?? otherwise)(request, response)
}

function readTlsFiles({ tlsCertFile, tlsKeyFile, tlsOnly }: Config): TlsFiles | undefined {
  if (tlsCertFile === undefined && tlsKeyFile === undefined && !tlsOnly) return undefined
  if (tlsCertFile === undefined || tlsKeyFile === undefined) {
    throw new ConfigError('TLS needs both ASSAY_TLS_CERT and ASSAY_TLS_KEY: give the paths of two PEM files')
  }
  const read = (variable: string, path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      throw new ConfigError(`${variable} names a file that cannot be read: ${path}`, { cause: error })
    }
  }
  return { cert: read('ASSAY_TLS_CERT', tlsCertFile), key: read('ASSAY_TLS_KEY', tlsKeyFile), only: tlsOnly }
}

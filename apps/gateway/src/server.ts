import { hkdfSync } from 'node:crypto'
import { createAccessTokens, createClientLogins, createInternalTokens, LedgerKeys } from '@assay/auth'
import { WorkService } from '@assay/contracts/assay/work/v1/work_service_pb'
import { type ApiDialect, clientsOf, dialectTables, type EndpointContext, type ServiceProcess } from '@assay/dialects'
import { DomainError } from '@assay/errors'
import { startSigningHeads } from '@assay/ledger'
import {
  busyHeader,
  connectService,
  createForwardingTransport,
  type ForwardingOptions,
  forwardService,
  type ServiceConnection,
} from '@assay/rpc'
import {
  apiVersionHeader,
  apiVersionKey,
  type Callers,
  CallPlaces,
  createCallGate,
  createLoadLimits,
  databaseAddressOf,
  type Logger,
  MovingLimit,
  type NodeHandler,
  type NodeRequest,
  noteEndpoint,
  pathOf,
  poolWait,
  principalKey,
  publicPeerLimits,
  recheckStreamsInterceptor,
  refuseUnfitValues,
  requestInProgress,
  type Started,
  startServer,
  streamPlaces,
  watchAnswerCache,
  watchPool,
} from '@assay/server'
import { DatabaseProbe, openDatabase } from '@assay/store'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { type CallLimit, createCallLimit } from './call-limit.ts'
import { callerAddress } from './caller-address.ts'
import type { Config } from './config.ts'
import { withConsoleFiles } from './console/console-files.ts'
import { createPeopleSignIn } from './console/people-sign-in.ts'
import { type PublicAddress, sessionCallers } from './console/session-cookie.ts'
import { sessionEndpoint } from './console/session-endpoint.ts'
import { documentationRoutes } from './documentation.ts'
import { isAllowedOrigin } from './mcp/allowed-origins.ts'
import { mcpEndpoint } from './mcp/mcp-endpoint.ts'
import { discoveryEndpoints, mcpPath } from './mcp/protected-resource.ts'
import { publicBaseUrl } from './public-url.ts'
import { messagesOf, restHandler } from './rest.ts'
import { readTlsFiles, reloadCertificate } from './tls-files.ts'
import { readTokenHosts } from './token-hosts.ts'

/** Starts the public port: authentication and authorization, the served APIs, and the services behind them. */
export async function startGateway(config: Config, logger: Logger): Promise<Started & { readonly url: string }> {
  const tls = readTlsFiles(config)
  const { dialects, plainConnect } = config
  const tables = dialectTables(dialects)
  const served = servedServices(dialects)
  const mining = connectService('mining', config.miningUrl, { plainConnect })
  const roleSessions = connectService('iai-sessions', config.sessionsUrl, { plainConnect })
  const behind: Readonly<Record<ServiceProcess, Backend>> = {
    mining: backend(mining, config.mostCalls),
    sessions: backend(roleSessions, config.mostCalls),
  }
  const backendOf = (service: DescService) => {
    const process = served.get(service)?.process
    if (process === undefined) throw new Error(`No process answers ${service.typeName}`)
    return behind[process]
  }
  const processes = new Map([...served].map(([{ typeName }, { process }]) => [typeName, process]))
  const answeredBy = (process: ServiceProcess) => (typeName: string) => processes.get(typeName) === process

  const address = databaseAddressOf(config, 'gateway')
  const database = openDatabase({
    ...address,
    applicationName: 'assay-gateway',
    maxConnections: config.maxConnections,
    maxWaitMs: config.databaseWaitMs,
    onWait: poolWait('calls'),
  })
  watchPool('calls', () => database.poolState())
  const probe = new DatabaseProbe({ ...address, applicationName: 'assay-gateway-probe' })
  const accessTokens = createAccessTokens(database.sql, {
    dialects: clientsOf(dialects),
    encryptionKey: config.keyEncryptionKey,
    decryptionKey: config.keyDecryptionKey,
  })
  const loginsFrom = createClientLogins(accessTokens, {
    mostFailures: config.mostFailedLogins,
    onLimit: (reached) => logger.warn(reached, 'too many logins failed: refusing more for up to a minute'),
  })
  const internalTokens = createInternalTokens(config.internalSecret)
  const forwarding: ForwardingOptions = {
    connectionOf: (service) => backendOf(service).connection,
    ownHeaders: async (values, serviceName) => ({
      authorization: `Bearer ${await internalTokens.sign(values.get(principalKey), serviceName)}`,
      [apiVersionHeader]: values.get(apiVersionKey),
      'x-request-id': requestInProgress()?.id,
    }),
    onAnswer(service, header, begunAt) {
      const { limit, places } = backendOf(service)
      limit.answered(header?.has(busyHeader) === true, begunAt, places.waiting > 0)
    },
    onUnavailable: (err, service) => logger.warn({ err, service }, 'a service does not answer'),
  }
  const transport = createForwardingTransport(forwarding)
  const unreadTransport = createForwardingTransport({ ...forwarding, answers: 'unread' })

  // A port that the system chooses is known only after the start of listening, which is before the first request.
  let listensAt = ''
  const consoleAddress = (): PublicAddress =>
    config.publicUrl === undefined
      ? { origin: undefined, name: listensAt }
      : { origin: config.publicUrl.origin, name: config.publicUrl.href }
  const signIn = createPeopleSignIn(config, database.sql, consoleAddress, logger)
  const { sessions } = signIn
  const callers: Callers = {
    verify: (token) => accessTokens.verify(token),
    sessionOf: sessionCallers(sessions, consoleAddress),
  }
  const callLimits = new Map<ApiDialect, CallLimit>()
  for (const dialect of dialects) {
    if (dialect.limit === undefined) continue
    const { setting, windowSeconds } = dialect.limit
    const calls = config.callLimits.get(setting) ?? 0
    callLimits.set(dialect, createCallLimit(database.sql, { name: dialect.title, calls, windowSeconds }, logger))
  }
  const gate = createCallGate({
    ...callers,
    accessOf: tables.publicAccess,
    admit(caller, { parent }) {
      const dialect = served.get(parent)?.dialect
      if (dialect?.limit === undefined) return
      return callLimits.get(dialect)?.count(caller, dialect.limit.rpcVersion)
    },
    load: createLoadLimits({
      placesOf: ({ parent }) => backendOf(parent).places,
      streams: streamPlaces(config),
    }),
  })
  const rest = restHandler(unreadTransport, callers, {
    dialects,
    logger,
    gate,
    maxBodyBytes: config.maxMessageBytes,
    answerCacheBytes: config.answerCacheBytes,
    callLimits,
  })

  const tokenHosts = readTokenHosts(process.env)
  const baseUrlOf = (request: NodeRequest) =>
    config.publicUrl?.href.replace(/\/$/, '') ?? publicBaseUrl(request, config.trustsProxy)
  const mcp = mcpEndpoint({
    verify: callers.verify,
    gate,
    accessOf: tables.publicAccess,
    transport,
    previewKey: new Uint8Array(hkdfSync('sha256', config.internalSecret, '', 'previews of tools', 32)),
    baseUrlOf,
    isAllowedOrigin: (origin) => isAllowedOrigin(origin, tokenHosts, config.publicUrl),
    logger,
  })

  watchAnswerCache('json', () => {
    const { copied, written, bytes } = rest.cacheCounts()
    return { hits: copied, misses: written, bytes }
  })

  const disconnect = async () => {
    mining.close()
    roleSessions.close()
    signIn.close()
    await Promise.all([database.close(), probe.close()])
  }
  await accessTokens.prepare().catch(async (error: unknown) => {
    // A database that does not answer is a matter of readiness, not of the start.
    if (!(error instanceof DomainError) || error.reason !== 'KEY_ENCRYPTION_KEY_WRONG') return
    await disconnect()
    throw error
  })
  // Before anybody can enter the secret of an issuer. A database that does not answer is a matter of readiness here too.
  await signIn
    .publishKey()
    .catch((err: unknown) => logger.warn({ err }, 'secrets cannot be sealed for this gateway yet'))
  const server = await startServer({
    name: 'gateway',
    host: config.host,
    port: config.port,
    drainPauseMs: config.stopPauseSeconds * 1000,
    logCallsPercent: config.logCallsPercent,
    peerLimits: publicPeerLimits(config),
    tls,
    logger,
    maxMessageBytes: config.maxMessageBytes,
    publicAnswers: { hstsSeconds: config.hstsSeconds },
    plainConnect,
    gate,
    dialectOf: tables.dialectOf,
    isWatch: (method) => method === WorkService.method.watchWork,
    interceptors: [
      refuseUnfitValues(),
      recheckStreamsInterceptor((headers) => (headers.has('authorization') ? undefined : callers.sessionOf?.(headers))),
    ],
    routes: (router) => {
      const options = new Map(dialects.map((dialect) => [dialect, optionsOf(dialect)]))
      for (const [service, { dialect }] of served) forwardService(router, service, transport, options.get(dialect))
    },
    fallback: plainRoutes(
      {
        ...openEndpoints(dialects, {
          loginOf: (request) => loginsFrom(callerAddress(request, config.trustsProxy) ?? ''),
          logger,
          publicHosts: tokenHosts,
          baseUrlOf: (request) => publicBaseUrl(request, config.trustsProxy),
        }),
        ...documentationRoutes(rest.routes, dialects, logger),
        '/console/session': sessionEndpoint(sessions, consoleAddress, {
          callerOf: (request) => callerAddress(request, config.trustsProxy) ?? '',
          signOutUrl: signIn.signOutUrl,
          logger,
        }),
        ...signIn.endpoints,
        ...discoveryEndpoints(baseUrlOf, tokenPathOf(dialects)),
      },
      withConsoleFiles(
        {
          folder: config.consoleFolder,
          prefix: config.publicUrl?.pathname.replace(/\/$/, '') ?? '',
          isOpenPath: tables.isOpenPath,
          logger,
        },
        (...asked) => (pathOf(asked[0]) === mcpPath ? mcp : rest.handle)(...asked),
      ),
      tables.isOpenPath,
    ),
    readiness: {
      database: (signal) => probe.report(signal),
      mining: { check: (signal) => mining.check(signal), neededBy: answeredBy('mining') },
      'iai-sessions': { check: (signal) => roleSessions.check(signal), neededBy: answeredBy('sessions') },
    },
  }).catch(async (error: unknown) => {
    await disconnect()
    throw error
  })
  const ledgerKeys = new LedgerKeys(database.sql, {
    encryptionKey: config.keyEncryptionKey,
    decryptionKey: config.keyDecryptionKey,
  })
  // In the gateway and not in a worker, which reads files of users: only the gateway has the key that decrypts private keys.
  const signing = startSigningHeads(database.sql, (text) => ledgerKeys.sign(text), {
    onError: (err) => logger.error({ err }, 'heads of the ledger could not be signed; the next look tries again'),
  })
  listensAt = `port ${server.port}`
  const reload = tls && reloadCertificate(config, tls, (files) => server.setCertificate(files), logger)
  return {
    url: server.url,
    async stop() {
      reload?.stop()
      await Promise.all([signing.stop(), server.close()])
      logger.info({ answers: rest.cacheCounts() }, 'cache counts')
      await disconnect()
    },
  }
}

/** A service behind this gateway, with its limit of calls and the calls that wait for it. */
interface Backend {
  readonly connection: ServiceConnection
  readonly limit: MovingLimit
  readonly places: CallPlaces
}

function backend(connection: ServiceConnection, mostCalls: number): Backend {
  const limit = new MovingLimit(mostCalls)
  return { connection, limit, places: new CallPlaces({ noun: 'calls', process: () => limit.value }) }
}

interface Served {
  readonly dialect: ApiDialect
  readonly process: ServiceProcess
}

/** Every public service, in the order of the documents. */
function servedServices(dialects: readonly ApiDialect[]): ReadonlyMap<DescService, Served> {
  return new Map(
    dialects.flatMap((dialect) =>
      dialect.services.map(({ service, process }): [DescService, Served] => [service, { dialect, process }]),
    ),
  )
}

/** The token endpoint of the first dialect with clients, which most installations use. */
function tokenPathOf(dialects: readonly ApiDialect[]): string {
  return dialects.find(({ clients }) => clients !== undefined)?.endpoints[0]?.path ?? '/'
}

function optionsOf({ rest, services }: ApiDialect) {
  const registry = messagesOf(services.map(({ service }) => service))
  const [refusing, ignoring] = [false, true].map((ignoreUnknownFields) => ({
    jsonOptions: { alwaysEmitImplicit: true, ignoreUnknownFields, registry },
  }))
  return (method: DescMethod) =>
    rest.unknownMembers === 'refuse' || rest.refusesUnknownOf?.(method) ? refusing : ignoring
}

function openEndpoints(dialects: readonly ApiDialect[], context: EndpointContext): Record<string, NodeHandler> {
  return Object.fromEntries(
    dialects.flatMap(({ endpoints }) => endpoints.map(({ path, serve }) => [path, serve(context)] as const)),
  )
}

/** Routes that need no token; the table of access must list each of them. `*` at the end stands for one segment of a path. */
export function plainRoutes(
  routes: Readonly<Record<string, NodeHandler>>,
  otherwise: NodeHandler,
  isOpenPath: (path: string) => boolean,
): NodeHandler {
  const unexpected = Object.keys(routes).find((path) => !isOpenPath(path.replace(/\*$/, 'x')))
  if (unexpected !== undefined)
    throw new Error(`${unexpected} asks for no token, and the table of access has no such path`)
  const byPath = new Map(Object.entries(routes))
  return (request, response) => {
    const path = pathOf(request)
    const isNamed = byPath.has(path)
    const name = isNamed || path.endsWith('/') ? path : `${path.slice(0, path.lastIndexOf('/') + 1)}*`
    const route = byPath.get(name)
    if (route !== undefined) noteEndpoint(name)
    return (route ?? otherwise)(request, response)
  }
}

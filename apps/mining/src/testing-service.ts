import { tmpdir } from 'node:os'
import { createInternalTokens, type Principal, type Role } from '@assay/auth'
import { fieldNamesOf, internalAccess } from '@assay/dialects'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { attemptOnce } from '@assay/jobs/testing'
import { CohortQuestions, RecommendationThreads } from '@assay/mining'
import { defaultCircuitBreaker } from '@assay/profiles'
import { analysisWork, MatrixOrders, MiningChanges, SnapshotCache, triggerAnalysis } from '@assay/role-mining'
import { createCallGate, createLogger, startServer } from '@assay/server'
import { inTenant, PageTokens, type Sql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import type { DescService } from '@bufbuild/protobuf'
import {
  type Client,
  Code,
  ConnectError,
  type ConnectRouter,
  createClient,
  type Interceptor,
} from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { DescribedSuggestions } from './c1/described-suggestions.ts'
import { candidateTools } from './candidates/with-caller.ts'
import { cachedUsers, evaluationPlaces, type ServiceContext } from './service-context.ts'

export interface TestService {
  readonly database: TestDatabase
  /** A client over gRPC, with a token of that tenant and role; the role `nobody` sends no token. */
  client<Service extends DescService>(
    service: Service,
    tenantId: number,
    role?: Role | 'nobody',
    caller?: Partial<Principal>,
  ): Client<Service>
  stop(): Promise<void>
}

const secret = new Uint8Array(32).fill(7)

/** A server with a separate database, for tests of services that enqueue nothing. */
export async function startTestService(
  routes: (router: ConnectRouter, service: ServiceContext) => void,
): Promise<TestService> {
  const database = await createTestDatabase()
  const tokens = createInternalTokens(secret)
  const noJobs = () => Promise.reject(new Error('these services enqueue nothing'))
  const snapshots = new SnapshotCache(database.database.sql)
  const service: ServiceContext = {
    sql: database.database.sql,
    pageTokens: new PageTokens(secret),
    jobs: { enqueue: noJobs, cancel: noJobs },
    snapshots,
    candidates: candidateTools(snapshots),
    minings: new MiningChanges({ url: database.url, applicationName: 'test' }),
    questions: new CohortQuestions(),
    recommendations: new RecommendationThreads(),
    explanations: new CohortQuestions(),
    matrices: new MatrixOrders(),
    suggestions: new DescribedSuggestions(),
    users: cachedUsers(),
    circuitBreaker: defaultCircuitBreaker,
    evaluations: evaluationPlaces(),
    changeSetWaitMs: 0,
    temporaryDirectory: tmpdir(),
  }
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test', 'silent'),
    gate: createCallGate({ verify: (token) => tokens.verify(token, 'test'), accessOf: internalAccess }),
    fieldNamesOf,
    routes: (router) => routes(router, service),
    readiness: {},
    closeTimeoutMs: 1_000,
  })
  return {
    database,
    client(desc, tenantId, role = 'admin', caller = {}) {
      const authorize: Interceptor = (next) => async (request) => {
        if (role !== 'nobody')
          request.header.set(
            'authorization',
            `Bearer ${await tokens.sign({ ...callerOf(tenantId, role), ...caller }, 'test')}`,
          )
        return next(request)
      }
      return createClient(desc, createGrpcTransport({ baseUrl: server.url, interceptors: [authorize] }))
    },
    async stop() {
      await server.close()
      await service.questions.close()
      await service.recommendations.close()
      await service.explanations.close()
      await service.minings.close()
      await database.drop()
    },
  }
}

function callerOf(tenantId: number, role: Role) {
  return {
    tenantId,
    tenant: `tenant-${tenantId}`,
    clientId: 'swift-otter-12345@127.0.0.1/spc',
    identityId: 'e-1',
    displayName: 'Swift Otter',
    dialect: 'c1' as const,
    role,
  }
}

/** Commits an import of these files. */
export async function importFiles(
  sql: Sql,
  tenantId: number,
  files: Record<string, string>,
  { minesEffectiveAccess = false } = {},
): Promise<string> {
  const { id } = await createImport(sql, tenantId, { createdBy: 'tester', skipInvalid: false, minesEffectiveAccess })
  for (const [name, content] of Object.entries(files)) await uploadImportFile(sql, tenantId, id, name, bytesOf(content))
  await commitImport(sql, tenantId, id)
  return id
}

/** Analyses the imported data, as the worker does. */
export async function analyse(sql: Sql, tenantId: number): Promise<void> {
  const jobs = { enqueue: async () => true }
  const runId = await inTenant(sql, tenantId, (scoped) => triggerAnalysis(scoped, jobs, tenantId, 'manual', 'tester'))
  await attemptOnce(analysisWork({ sql, jobs, threads: 1 }), { tenantId, runId })
}

async function* bytesOf(content: string) {
  yield new TextEncoder().encode(content)
}

/** The error of a call that must fail, as text: `NotFound: identity "x" does not exist`. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof ConnectError) return `${Code[error.code]}: ${error.rawMessage}`
    throw error
  }
  throw new Error('the call should have failed')
}

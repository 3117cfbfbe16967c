import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInternalTokens, type Principal } from '@assay/auth'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { prepareQueues } from '@assay/jobs'
import { queues } from '@assay/role-mining'
import { sessionQueues } from '@assay/role-sessions'
import { generateOrganisation, type Organisation, toCsv } from '@assay/sample-org'
import { unusedPorts } from '@assay/server'
import { sourceQueues } from '@assay/source-loads'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import type { DescService } from '@bufbuild/protobuf'
import { type Client, createClient, type Interceptor } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'

const secret = Buffer.alloc(32, 7)
const apps = join(import.meta.dirname, '../..')

/** A process of the platform that a test may kill. */
export interface TestProcess {
  readonly url: string
  /** Kills the process with SIGKILL, as the kernel does when memory is exhausted. */
  kill(): Promise<void>
}

/** The session service, the mining service and its worker as separate processes, on a separate database. */
export interface TestSessions {
  readonly db: TestDatabase
  readonly miningUrl: string
  startMining(): Promise<TestProcess>
  /** The worker that mines for the mining service. */
  startMiningWorker(): Promise<TestProcess>
  /** The session service; it uses the mining service at `miningUrl` unless `environment` has another address. */
  startSessions(environment?: Readonly<Record<string, string>>): Promise<TestProcess>
  /** A tenant with the access data of a generated organisation. */
  tenantWith(organisation: Organisation): Promise<number>
  /** A client over gRPC with a token of that tenant. */
  client<Service extends DescService>(
    service: Service,
    url: string,
    tenantId: number,
    principal?: Partial<Principal>,
  ): Client<Service>
  stop(): Promise<void>
}

export async function prepareTestSessions(): Promise<TestSessions> {
  const db = await createTestDatabase()
  await prepareQueues(db.ownerUrl, [...queues, ...sourceQueues, ...sessionQueues])
  const [miningPort] = await unusedPorts(1)
  const miningUrl = `http://127.0.0.1:${miningPort}`
  const children: ChildProcess[] = []
  const tokens = createInternalTokens(secret)

  async function start(entry: string, environment: Readonly<Record<string, string>>): Promise<TestProcess> {
    const child = fork(join(apps, entry), {
      env: {
        ...process.env,
        DATABASE_URL: db.url,
        ASSAY_INTERNAL_SECRET: secret.toString('hex'),
        ASSAY_STOP_PAUSE_SECONDS: '0',
        ASSAY_HOST: '127.0.0.1',
        ASSAY_LOG_LEVEL: 'fatal',
        ...environment,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    children.push(child)
    const [{ ready }] = (await once(child, 'message')) as [{ ready: string }]
    return {
      url: ready,
      async kill() {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      },
    }
  }

  return {
    db,
    miningUrl,
    startMining: () => start('mining/src/main.ts', { ASSAY_PORT: String(miningPort) }),
    startMiningWorker: () => start('mining/src/worker.ts', {}),
    startSessions: (environment = {}) =>
      start('iai-sessions/src/main.ts', { ASSAY_PORT: '0', ASSAY_MINING_URL: miningUrl, ...environment }),
    async tenantWith(organisation) {
      const tenantId = await db.tenantId()
      await importOrganisation(db, tenantId, organisation)
      return tenantId
    },
    client(service, url, tenantId, principal = {}) {
      const caller: Principal = {
        tenantId,
        tenant: `tenant-${tenantId}`,
        clientId: 'test',
        identityId: 'ashley',
        displayName: 'Ashley',
        dialect: 'sailpoint',
        role: 'admin',
        scopes: ['sp:scopes:all'],
        ...principal,
      }
      const authorize: Interceptor = (next) => async (request) => {
        request.header.set(
          'authorization',
          `Bearer ${await tokens.sign(caller, url === miningUrl ? 'mining' : 'iai-sessions')}`,
        )
        return next(request)
      }
      return createClient(service, createGrpcTransport({ baseUrl: url, interceptors: [authorize] }))
    },
    async stop() {
      for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await db.drop()
    },
  }
}

/** Commits an import of an organisation, which replaces the tenant's data. */
export async function importOrganisation(
  { database }: TestDatabase,
  tenantId: number,
  organisation = generateOrganisation({ seed: 1, identityCount: 400 }),
): Promise<void> {
  const { id } = await createImport(database.sql, tenantId, { createdBy: 'test', skipInvalid: false })
  for (const { fileName, chunks } of toCsv(organisation)) {
    await uploadImportFile(database.sql, tenantId, id, fileName, bytesOf(chunks))
  }
  await commitImport(database.sql, tenantId, id)
}

async function* bytesOf(chunks: Iterable<string>) {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccessTokens, createApiClient, createInternalTokens } from '@assay/auth'
import { encryptionKey, encryptionKeyHex } from '@assay/auth/testing'
import { BookSchema, LibraryService } from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { clientDialects, conductorone } from '@assay/dialects'
import { createTenant, openOwnerDatabase } from '@assay/store'
import { fromJson, type JsonObject } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node'
import { type Bench, type Measure, median, type Scale } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { type BenchProcess, startProcess } from './support/bench-process.ts'
import { download, type LoadFigures, loadCalls, loadHttp, requestBytes } from './support/http-load.ts'
import { routeCosts } from './support/route-costs.ts'

const sizes = {
  small: { rounds: 3, warmMs: 1500, roundMs: 600, fileBytes: 100e6, downloads: 3 },
  full: { rounds: 9, warmMs: 6000, roundMs: 2000, fileBytes: 1e9, downloads: 5 },
}
type Size = (typeof sizes)['full']
type Say = (text: string) => void

const connections = 32

const book: JsonObject = {
  title: 'Walden',
  author: 'Henry David Thoreau',
  tags: ['nature', 'solitude', 'economy'],
  genre: 'GENRE_NOVEL',
  isbn: '9780691096124',
  rating: 5,
  publisher: { displayName: 'Ticknor and Fields', city: 'Boston' },
  coverUrl: 'https://example.org/walden.jpg',
  reprints: [{ displayName: 'Princeton', city: 'Princeton' }],
}
const restCall = requestBytes('POST', '/v1/shelves/7/books?book_id=walden', {}, book)
const connectCall = requestBytes(
  'POST',
  '/assay.transcoding.test.v1.LibraryService/CreateBook',
  {},
  { parent: 'shelves/7', bookId: 'walden', book },
)

export const bench: Bench = {
  about: `REST through the transcoder against other ways to answer the same call, ${connections} connections`,
  async run({ scale, say }) {
    const size = sizes[scale]
    return [
      ...(await unaryCalls(size, say)),
      ...(await libraryHop(size, say)),
      ...(await gatewayHop(size, say)),
      ...matching(),
      ...(await fileDownload(size, scale, say)),
    ]
  },
}

/** One of the compared servers: a function that puts it under load for some time. */
type Contender = (ms: number) => Promise<LoadFigures>

/** Loads the servers in turns, so that other work on the machine affects all of them in the same way. */
async function compare<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, warmMs, roundMs }: Size,
  say: Say,
): Promise<Record<Name, LoadFigures[]>> {
  const entries = Object.entries(contenders) as [Name, Contender][]
  for (const [, load] of entries) await load(warmMs)
  const figures = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<Name, LoadFigures[]>
  for (let round = 0; round < rounds; round++) {
    for (const [name, load] of entries) figures[name].push(await load(roundMs))
  }
  for (const [name] of entries) {
    const { perSecond, medianMs, p99Ms } = middle(figures[name])
    say(`${name}: ${perSecond.toFixed(0)}/s, median ${medianMs.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`)
  }
  return figures
}

function middle(figures: readonly LoadFigures[]): LoadFigures {
  return {
    perSecond: median(figures.map(({ perSecond }) => perSecond)),
    medianMs: median(figures.map(({ medianMs }) => medianMs)),
    p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
  }
}

/** The median of the ratios of each round. */
function ratio(
  some: readonly LoadFigures[],
  others: readonly LoadFigures[],
  of: (figures: LoadFigures) => number,
): number {
  return median(some.map((figures, round) => of(figures) / of(others[round]!)))
}

const perSecond = (figures: LoadFigures): number => figures.perSecond
const medianMs = (figures: LoadFigures): number => figures.medianMs
const p99Ms = (figures: LoadFigures): number => figures.p99Ms

async function unaryCalls(size: Size, say: Say): Promise<Measure[]> {
  const kinds = ['transcoder', 'connect', 'fastify', 'fastify-bare'] as const
  const servers = await Promise.all(kinds.map((kind) => startProcess('transcoding-server.ts', kind)))
  try {
    const [transcoder, connect, checked, bare] = servers.map(
      ({ port }, index): Contender =>
        (ms) =>
          loadHttp(port, kinds[index] === 'connect' ? connectCall : restCall, { connections, ms }),
    )
    const figures = await compare(
      { transcoder: transcoder!, connect: connect!, 'fastify, schemas': checked!, 'fastify, bare': bare! },
      size,
      say,
    )
    const own = figures.transcoder
    return [
      { measure: 'unary JSON through the transcoder', value: middle(own).perSecond, unit: '/s' },
      {
        measure: 'the same, times Connect JSON through connectNodeAdapter',
        value: ratio(own, figures.connect, perSecond),
        unit: 'x',
        goal: { atLeast: 3 },
      },
      {
        measure: 'the same, times a Fastify handler with schemas',
        value: ratio(own, figures['fastify, schemas'], perSecond),
        unit: 'x',
        goal: { atLeast: 0.6 },
      },
      {
        measure: 'the same, times a Fastify handler that checks nothing',
        value: ratio(own, figures['fastify, bare'], perSecond),
        unit: 'x',
      },
    ]
  } finally {
    await stopAll(servers)
  }
}

async function libraryHop(size: Size, say: Say): Promise<Measure[]> {
  const service = await startProcess('transcoding-server.ts', 'grpc')
  const baseUrl = `http://127.0.0.1:${service.port}`
  const hop = await startProcess('transcoding-server.ts', 'hop', baseUrl)
  const { transport, close } = grpcTo(baseUrl)
  try {
    const client = createClient(LibraryService, transport)
    const request = { parent: 'shelves/7', bookId: 'walden', book: fromJson(BookSchema, book) }
    const figures = await compare(
      {
        'gRPC directly': (ms) => loadCalls(() => client.createBook(request), { connections, ms }),
        'transcoder before gRPC': (ms) => loadHttp(hop.port, restCall, { connections, ms }),
      },
      size,
      say,
    )
    return latencies('transcoder before gRPC', figures['transcoder before gRPC'], figures['gRPC directly'], false)
  } finally {
    close()
    await stopAll([hop, service])
  }
}

async function gatewayHop(size: Size, say: Say): Promise<Measure[]> {
  return withBenchDatabase(async ({ url, serviceUrl }) => {
    const internalSecret = randomBytes(32)
    const environment = {
      DATABASE_URL: serviceUrl,
      ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
      ASSAY_PORT: '0',
      ASSAY_INTERNAL_SECRET: internalSecret.toString('hex'),
    }
    Object.assign(process.env, environment)
    const backend = await startProcess('gateway-process.ts', 'backend')
    const baseUrl = `http://127.0.0.1:${backend.port}`
    Object.assign(process.env, { ASSAY_MINING_URL: baseUrl, ASSAY_IAI_SESSIONS_URL: baseUrl })
    const gateway = await startProcess('gateway-process.ts', 'gateway')
    const { accessToken, internalToken } = await tokensFor(url, internalSecret)
    const { transport, close } = grpcTo(baseUrl)
    try {
      const client = createClient(RoleMiningManagementService, transport)
      const headers = { authorization: `Bearer ${internalToken}` }
      const rest = requestBytes('GET', '/api/v1/role-mining/suggestions/s-1', {
        Authorization: `Bearer ${accessToken}`,
      })
      const figures = await compare(
        {
          'service by gRPC': (ms) =>
            loadCalls(() => client.getSuggestion({ id: 's-1' }, { headers }), { connections, ms }),
          'gateway by REST': (ms) => loadHttp(gateway.port, rest, { connections, ms }),
        },
        size,
        say,
      )
      return latencies('gateway hop', figures['gateway by REST'], figures['service by gRPC'], true)
    } finally {
      close()
      await stopAll([gateway, backend])
    }
  })
}

async function tokensFor(url: string, internalSecret: Buffer) {
  const database = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 2 })
  try {
    const { tenantId } = await createTenant(database.sql, 'bench')
    const client = await createApiClient(database.sql, {
      tenantId,
      dialect: conductorone.clients,
      role: 'admin',
      displayName: 'Bench',
    })
    const tokens = createAccessTokens(database.sql, { dialects: clientDialects, encryptionKey })
    const { accessToken } = await tokens.issue(client.clientId, client.clientSecret)
    const principal = await tokens.verify(accessToken)
    return { accessToken, internalToken: await createInternalTokens(internalSecret).sign(principal, 'mining') }
  } finally {
    await database.close()
  }
}

function latencies(
  name: string,
  hop: readonly LoadFigures[],
  direct: readonly LoadFigures[],
  isGoal: boolean,
): Measure[] {
  const goal = (atMost: number) => (isGoal ? { goal: { atMost } } : {})
  return [
    { measure: `${name}, calls a second`, value: middle(hop).perSecond, unit: '/s' },
    {
      measure: `${name}, median latency, times gRPC directly`,
      value: ratio(hop, direct, medianMs),
      unit: 'x',
      ...goal(2),
    },
    { measure: `${name}, p99 latency, times gRPC directly`, value: ratio(hop, direct, p99Ms), unit: 'x', ...goal(2.5) },
  ]
}

function matching(): Measure[] {
  const few = routeCosts(50)
  const many = routeCosts(500)
  return [
    { measure: 'matching a path among 500 rules', value: many.nanoseconds / 1000, unit: 'us', goal: { atMost: 2 } },
    { measure: 'memory of a match among 500 rules', value: many.bytes, unit: 'bytes' },
    {
      measure: 'memory of a match, 500 rules times 50',
      value: many.bytes / few.bytes,
      unit: 'x',
      goal: { atMost: 1.1 },
    },
  ]
}

async function fileDownload(size: Size, scale: Scale, say: Say): Promise<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
  const servers: BenchProcess[] = []
  try {
    const file = join(folder, 'file')
    await writeBytes(file, size.fileBytes)
    const transcoder = await startProcess('transcoding-server.ts', 'download', file)
    servers.push(transcoder)
    const plain = await startProcess('transcoding-server.ts', 'stream', file)
    servers.push(plain)
    // Enough to compile the code, and not more, because the baseline would contain the measured memory.
    await download(transcoder.port, '/f/streams/file?size_bytes=20000000')
    const { peakRssMb: before } = await transcoder.usage()
    const { peakRssMb: plainBefore } = await plain.usage()
    const speeds: number[] = []
    const peaks: number[] = []
    for (let round = 0; round < size.downloads; round++) {
      const own = await download(transcoder.port, '/f/streams/file')
      peaks.push((await transcoder.usage()).peakRssMb)
      const other = await download(plain.port, '/')
      speeds.push(own.bytes / own.ms / (other.bytes / other.ms))
      say(
        `download: ${Math.round(own.bytes / own.ms / 1000)} MB/s, fs stream ${Math.round(other.bytes / other.ms / 1000)}`,
      )
    }
    const plainGrowth = (await plain.usage()).peakRssMb - plainBefore
    const name = scale === 'full' ? 'download of 1 GB' : 'download of 100 MB'
    return [
      { measure: `${name}, growth of memory`, value: Math.max(...peaks) - before, unit: 'MB', goal: { atMost: 50 } },
      { measure: `${name}, growth of memory of an fs stream`, value: plainGrowth, unit: 'MB' },
      { measure: `${name}, speed times an fs stream`, value: median(speeds), unit: 'x', goal: { atLeast: 0.5 } },
    ]
  } finally {
    await stopAll(servers)
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeBytes(file: string, count: number): Promise<void> {
  const handle = await open(file, 'w')
  const block = randomBytes(1e6)
  for (let left = count; left > 0; left -= block.length) await handle.write(block)
  await handle.close()
}

function grpcTo(baseUrl: string) {
  const sessionManager = new Http2SessionManager(baseUrl)
  const transport = createGrpcTransport({ baseUrl, sessionManager, acceptCompression: [] })
  return { transport, close: () => sessionManager.abort() }
}

async function stopAll(servers: readonly BenchProcess[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()))
}

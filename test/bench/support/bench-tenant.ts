import { setTimeout as sleep } from 'node:timers/promises'
import { createApiClient } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import { generateOrganisation, type Organisation } from '@assay/sample-org'
import { createTenant, type Database } from '@assay/store'
import { fetchToken } from '../../../apps/assay/src/api-client.ts'
import type { ClientCredentials } from '../../../apps/assay/src/credentials.ts'
import { importFiles, rest } from '../../platform/platform.ts'
import { filesOf } from '../../platform/sample.ts'
import { requestBytes, statusOf } from './http-load.ts'
import type { Mix } from './open-loop.ts'
import { makeSailpointClient, type SailpointCalls, sailpointCalls } from './sailpoint-calls.ts'

interface Place {
  /** The port of the gateway. */
  readonly port: number
  readonly owner: Database
}

/** How many of a hundred calls are of each kind. */
const shares = { reads: 40, evaluations: 20, console: 25, sessions: 10, decisions: 5 } as const
type Kind = keyof typeof shares
type Calls = Readonly<Record<Kind, readonly Buffer[]>>

/** A tenant with a sample organisation, in which clients of every kind work. */
export class BenchTenant {
  readonly name: string
  readonly tenantId: number
  /** One call of any kind: reads, evaluations, decisions, sessions, the calls of the console. */
  readonly mix: Mix = (random) => pick(this.#calls as Calls, random)
  readonly #client: ClientCredentials
  readonly #files: Readonly<Record<string, string>>
  readonly #department: string
  #place: Place
  #token = ''
  #sailpoint: SailpointCalls | undefined
  #sailpointClient: ReturnType<typeof makeSailpointClient> | undefined
  #ids: Ids | undefined
  #calls: Calls | undefined
  #loads = 0

  constructor(place: Place, name: string, tenantId: number, client: ClientCredentials, organisation: Organisation) {
    this.#place = place
    this.name = name
    this.tenantId = tenantId
    this.#client = client
    this.#files = filesOf(organisation)
    this.#department = organisation.identities.map(({ department }) => department).find(Boolean) ?? ''
  }

  /** Uses another gateway from now on, with a new token; also one on another database, whose owner the caller passes. */
  async moveTo(port: number, owner = this.#place.owner): Promise<void> {
    // Another database may not have the client that was made in this one.
    if (owner !== this.#place.owner) this.#sailpointClient = undefined
    this.#place = { port, owner }
    await this.#signIn()
    await this.#collect()
  }

  /** Loads access data that differ slightly from the previous data, and analyses them. */
  async importAgain(): Promise<void> {
    // A token lives for an hour.
    await this.#signIn()
    const files = thinned(this.#files, this.#loads++)
    await patiently(() => this.#import(files))
    const { runId } = (await this.#ask('POST /api/v1/role-mining/trigger', {})) as { runId: string }
    await until(async () => {
      const { list = [] } = (await this.#ask('GET /api/v1/role-mining/runs')) as Listed<{ status: string }>
      return list.find(({ id }) => id === runId)?.status !== 'RUN_STATUS_RUNNING'
    })
    await this.#collect()
  }

  /** Mines a session over a department, from its creation to its roles, and makes a custom analysis. */
  async mineAgain(): Promise<void> {
    const scope = { criteria: `attributes.department:"${this.#department}"` }
    await patiently(async () => this.#sailpoint?.session({ scope }))
    await this.#analyse()
  }

  /** Makes each call once. @throws Error that names a refused call, which would only be counted later */
  async check(): Promise<void> {
    const requests = Object.values(this.#calls ?? {}).flat()
    for (const request of requests) {
      const [line = ''] = request.toString().split(' HTTP/1.1')
      // Sends the bytes directly, because `fetch` adds fields that mark a browser.
      await patiently(async () => {
        const status = await statusOf(this.#place.port, request)
        if (status >= 400) throw new Error(`${this.name}: ${line} is answered ${status}`)
      })
    }
  }

  /** Makes calls with tokens that the gateway has not checked yet, all at the same time, so that it opens all connections of its pool. */
  async useFreshTokens(count: number): Promise<void> {
    const request = () => patiently(() => fetchToken(this.#baseUrl, this.#client))
    const tokens = await Promise.all(Array.from({ length: count }, request))
    await Promise.all(tokens.map((token) => rest(this.#baseUrl, token, 'GET /api/v1/role-mining/runs')))
  }

  get #baseUrl(): string {
    return `http://127.0.0.1:${this.#place.port}`
  }

  async #signIn(): Promise<void> {
    const place = { ...this.#place, tenantId: this.tenantId }
    this.#sailpointClient ??= makeSailpointClient(place)
    const client = await this.#sailpointClient
    this.#token = await patiently(() => fetchToken(this.#baseUrl, this.#client))
    this.#sailpoint = await patiently(() => sailpointCalls(place, client))
    this.#makeCalls()
  }

  /** Makes the calls with the newest tokens, also when the import with newer ids fails. */
  #makeCalls(): void {
    if (this.#ids !== undefined) this.#calls = callsOf(this.#token, this.#sailpoint?.token ?? '', this.#ids)
  }

  /** Imports files. An import whose start got its response too late is open and blocks all others until it is aborted. */
  async #import(files: Readonly<Record<string, string>>): Promise<void> {
    try {
      await importFiles(this.#baseUrl, this.#token, files)
    } catch (error) {
      const open = /import "(\d+)".* is still open/.exec(String(error))?.[1]
      if (open !== undefined) await this.#ask(`POST /directory/v1/imports/${open}:abort`, {})
      throw error
    }
  }

  #ask(call: string, body?: unknown): Promise<Record<string, unknown>> {
    return patiently(async () => {
      const { status, json } = await rest(this.#baseUrl, this.#token, call, body)
      if (status < 300) return json
      throw new Error(`${this.name}: ${call} is answered ${status} ${JSON.stringify(json).slice(0, 300)}`)
    })
  }

  async #analyse(): Promise<string> {
    const profileFilters = [{ attribute: 'department', values: [this.#department] }]
    const base = '/api/v1/role-mining/custom-analysis'
    const { id } = (await this.#ask(`POST ${base}/trigger`, { profileFilters })) as { id: string }
    await until(async () => (await this.#ask(`GET ${base}/${id}`)).status !== 'RUN_STATUS_RUNNING')
    return id
  }

  /** Reads the ids of the newest analysis for the calls. */
  async #collect(): Promise<void> {
    const analysisId = await this.#analyse()
    const { list = [] } = (await this.#ask('GET /api/v1/role-mining/suggestions?page_size=25')) as Listed
    const sessions =
      (await patiently(async () => this.#sailpoint?.ask<readonly Named[]>('GET', '/role-mining-sessions?limit=5'))) ??
      []
    this.#ids = { analysisId, suggestions: list.map(({ id }) => id), sessions: sessions.map(({ id }) => id) }
    this.#makeCalls()
  }
}

interface Named {
  readonly id: string
}
interface Listed<Item = object> {
  readonly list?: readonly (Named & Item)[]
}

/** Makes the tenant, loads its data and mines them once. */
export async function makeBenchTenant(place: Place, name: string, people: number, seed: number): Promise<BenchTenant> {
  const { tenantId } = await createTenant(place.owner.sql, name)
  const client = await createApiClient(place.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'bench',
    host: '127.0.0.1',
  })
  const tenant = new BenchTenant(place, name, tenantId, client, generateOrganisation({ identityCount: people, seed }))
  await tenant.importAgain()
  await tenant.mineAgain()
  await tenant.moveTo(place.port)
  await tenant.check()
  return tenant
}

function pick(calls: Calls, random: number): Buffer {
  let left = random * 100
  for (const [kind, share] of Object.entries(shares) as [Kind, number][]) {
    const of = calls[kind]
    if (left < share) return of[Math.floor((left / share) * of.length)] as Buffer
    left -= share
  }
  return calls.reads[0] as Buffer
}

interface Ids {
  readonly analysisId: string
  readonly suggestions: readonly string[]
  readonly sessions: readonly string[]
}

function callsOf(token: string, sailpointToken: string, { analysisId, suggestions, sessions }: Ids): Calls {
  const fields = { Authorization: `Bearer ${token}` }
  const get = (path: string) => requestBytes('GET', path, fields)
  const post = (path: string, body: object) => requestBytes('POST', path, fields, body)
  const base = '/api/v1/role-mining'
  const ofSessions = { Authorization: `Bearer ${sailpointToken}` }
  const getSession = (path: string) => requestBytes('GET', `/beta/role-mining-sessions${path}`, ofSessions)
  return {
    reads: [
      get(`${base}/suggestions?page_size=25`),
      ...suggestions.slice(0, 5).map((id) => get(`${base}/suggestions/${id}`)),
      ...suggestions.slice(0, 2).map((id) => post(`${base}/suggestions/${id}/users`, {})),
      post('/api/v1/search/users', { query: 'a', pageSize: 50 }),
      post('/api/v1/search/role-mining/suggestions', { query: 'department' }),
      get(`${base}/runs`),
    ],
    evaluations: Array.from({ length: 20 }, (_, i) =>
      post(`${base}/custom-analysis/${analysisId}/evaluate-entitlement-selection`, {
        minimumCoverageBasisPoints: 5000 + i * 200,
        includeFacets: true,
      }),
    ),
    console: [
      // A request like that of a browser, because a program gets no page.
      requestBytes('GET', '/', { ...fields, Accept: 'text/html' }),
      get('/candidates/v1/inbox?page_size=25'),
      get('/insights/v1/readiness'),
      get('/changes/v1/loads'),
      get('/work/v1/work'),
      get('/directory/v1/identities?page_size=50'),
      get('/profiles/v1/accessProfiles?page_size=25'),
      get('/ledger/v1/entries?page_size=25'),
      post('/matrix/v1/matrices:describe', {}),
      post('/matrix/v1/matrices:overview', {}),
    ],
    sessions: [
      getSession('?limit=25'),
      ...sessions.flatMap((id) => [getSession(`/${id}`), getSession(`/${id}/potential-role-summaries?limit=50`)]),
    ],
    // A dismissal, and the call that undoes it.
    decisions: suggestions
      .slice(-3)
      .flatMap((id) =>
        ['SUGGESTION_STATE_DISMISSED', 'SUGGESTION_STATE_NEW'].map((state) =>
          post(`${base}/suggestions/${id}/state`, { state }),
        ),
      ),
  }
}

/** Leaves out every 41st grant, other ones in each load. */
function thinned(files: Readonly<Record<string, string>>, load: number): Record<string, string> {
  const [head = '', ...grants] = (files['grants.csv'] ?? '').trimEnd().split('\n')
  const left = grants.filter((_, i) => i % 41 !== load % 41)
  return { ...files, 'grants.csv': `${[head, ...left].join('\n')}\n` }
}

const mostTries = 120
const refusals = /\b(429|503)\b|resource_exhausted|unavailable|still committing|is still open|ECONNREFUSED|fetch failed/

/** Repeats a call after a second, for two minutes at most, as a client does that is told to come back or cannot connect. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === mostTries || !refusals.test(`${error} ${(error as Error).cause}`)) throw error
      await sleep(1_000)
    }
  }
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(250)
}

import { once } from 'node:events'
import http2 from 'node:http2'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createApiClient, type Role } from '@assay/auth'
import { LedgerService, PolicyService, RoleMiningManagementService } from '@assay/contracts'
import { Actor_Type } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { conductorone } from '@assay/dialects'
import { bindClientToScope } from '@assay/role-mining'
import { generateOrganisation } from '@assay/sample-org'
import { inTenant } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import { Client, ClientCredentialsProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { hostileNames } from '../../libs/mcp/src/testing-hostile-names.ts'
import { type FurnishedPlatform, settled, startFurnishedPlatform } from './furnished.ts'
import { McpSession } from './mcp-session.ts'
import { grpc, importFiles, joinTestPlatform, rest } from './platform.ts'
import { filesOf } from './sample.ts'
import { ask, type Document, mcpClient, modern, post, tryAsk } from './testing-mcp-client.ts'

const assayMain = join(import.meta.dirname, '../../apps/assay/src/main.ts')

let platform: FurnishedPlatform
let tokens: Readonly<Record<Role, string>>
const clients: Client[] = []

beforeAll(async () => {
  platform = await startFurnishedPlatform(joinTestPlatform)
  const of = (role: Role) => platform.token(role)
  tokens = {
    admin: platform.admin,
    'role-miner': await of('role-miner'),
    reviewer: await of('reviewer'),
    auditor: await of('auditor'),
    agent: await of('agent'),
  }
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await platform?.stop()
})

async function connected(token: string, mode?: '2025'): Promise<Client> {
  const client = await mcpClient(platform.baseUrl, token, mode)
  clients.push(client)
  return client
}

const reading = [
  'GetOrgOverview',
  'ListCohortFilterAttributes',
  'ListCohortFilterAttributeValues',
  'DescribeCohort',
  'EvaluateSelection',
  'ListCandidates',
  'ExplainCandidate',
  'ExplainWhyNothing',
  'ExplainRun',
  'ExplainEntitlement',
  'ComputeImpact',
  'GetResidual',
  'GetDrift',
  'CompareRuns',
]
const mining = ['AnalyzeCohort']
const deciding = ['DismissCandidate', 'AcceptCandidate', 'SetPolicy']

test.each([
  ['auditor', reading],
  ['reviewer', reading],
  ['role-miner', [...reading, ...mining]],
  ['admin', [...reading, ...mining]],
  ['agent', [...reading, ...mining, ...deciding]],
] as const)(
  'the role %s has the tools that it may use, and those that decide belong to agents alone',
  async (role, names) => {
    const { tools } = await (await connected(tokens[role])).listTools()
    expect(tools.map(({ name }) => name).sort()).toEqual([...names].sort())
    const changing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name)
    expect(changing).toEqual(deciding.filter((name) => (names as readonly string[]).includes(name)))
  },
)

test('texts about tools are the same for every tenant', async () => {
  const list = async (token: string) => (await (await connected(token)).listTools()).tools
  expect(await list(await platform.token('agent', 'another'))).toEqual(await list(tokens.agent))
})

describe('reading', () => {
  let auditor: Client
  beforeAll(async () => {
    auditor = await connected(tokens.auditor)
  })

  /** The arguments for each tool, with ids of the furnished tenant. */
  const questions: Readonly<Record<string, () => Document>> = {
    GetOrgOverview: () => ({}),
    ListCohortFilterAttributes: () => ({ limit: 2 }),
    ListCohortFilterAttributeValues: () => ({ attribute: 'department' }),
    DescribeCohort: () => ({ limit: 25 }),
    EvaluateSelection: () => ({ entitlements: [entitlement()] }),
    ListCandidates: () => ({ states: ['open', 'accepted'], order: 'most_people' }),
    ExplainCandidate: () => ({ candidateId: platform.ids.suggestion }),
    ExplainWhyNothing: () => ({ entitlement: entitlement() }),
    ExplainRun: () => ({}),
    ExplainEntitlement: () => ({ entitlements: [entitlement()], people: 'lacking' }),
    ComputeImpact: () => ({ candidateId: platform.ids.suggestion, rows: 'entitlements' }),
    GetResidual: () => ({}),
    GetDrift: () => ({ accessProfileId: platform.ids.profile }),
    CompareRuns: () => ({}),
  }
  const entitlement = () => ({ applicationId: platform.ids.application, entitlementId: platform.ids.entitlement })

  test('every reading tool has a test call', () => {
    expect(Object.keys(questions)).toEqual(reading)
  })

  test.each(Object.entries(questions))(
    '%s answers by its schema, with 25 rows at most and nothing else',
    async (name, given) => {
      // With one run there is nothing to compare.
      if (name === 'CompareRuns') {
        await createClient(RoleMiningManagementService, grpc(platform.baseUrl, platform.admin)).triggerAnalysis({})
        await settled(platform)
      }
      const document = await ask(auditor, name, given())
      expect(Object.keys(document).length).toBeGreaterThan(0)
      for (const list of listsIn(document)) expect(list.length).toBeLessThanOrEqual(25)
      expect(JSON.stringify(document)).not.toContain('"sentences"')
    },
  )

  test('a long list is paged without gaps, and a cursor of another list is refused', async () => {
    const whole = (await ask(auditor, 'DescribeCohort')).entitlements as Document[]
    const pages: unknown[] = []
    let cursor = ''
    do {
      const page = await ask(auditor, 'DescribeCohort', { limit: 7, ...(cursor !== '' && { cursor }) })
      pages.push(...(page.entitlements as Document[]))
      cursor = (page.nextCursor as string | undefined) ?? ''
    } while (cursor !== '' && pages.length < whole.length)
    expect(pages.slice(0, whole.length)).toEqual(whole)
    const other = { conditions: [{ attribute: 'department', values: ['x'] }] }
    const first = await ask(auditor, 'DescribeCohort', { limit: 1 })
    expect((await tryAsk(auditor, 'DescribeCohort', { ...other, cursor: first.nextCursor })).error).toMatchObject({
      code: 'invalid_argument',
    })
    for (const broken of ['x', 'bm9uZQ', Buffer.from('[-1,""]').toString('base64url')])
      expect((await tryAsk(auditor, 'DescribeCohort', { cursor: broken })).error?.message).toContain('cursor')
  })

  test('the reason for no result: the rule, its meaning, and a change that gives a result', async () => {
    const { values } = (await ask(auditor, 'ListCohortFilterAttributeValues', { attribute: 'department' })) as {
      values: { value: string }[]
    }
    const conditions = [{ attribute: 'department', values: [values[0]?.value] }]
    const answer = await ask(auditor, 'ExplainWhyNothing', { conditions })
    expect(answer).toMatchObject({ rule: expect.any(String), meaning: expect.any(String), cohorts: expect.any(Array) })
    for (const given of [
      {},
      { identityId: platform.ids.identity },
      { conditions, entitlement: entitlement(), identityId: 'x' },
    ])
      expect((await tryAsk(auditor, 'ExplainWhyNothing', given)).error).toMatchObject({ code: 'invalid_argument' })
  })

  test('a tool returns a refusal with the message of the call, and ids of other tenants do not exist', async () => {
    const stranger = await connected(await platform.token('agent', 'another'))
    for (const client of [stranger, auditor]) {
      const candidateId = client === stranger ? platform.ids.suggestion : 'nowhere'
      expect((await tryAsk(client, 'ExplainCandidate', { candidateId })).error).toMatchObject({ code: 'not_found' })
    }
    const asks = [
      [auditor, 'DescribeCohort'],
      [await connected(tokens.agent), 'AnalyzeCohort'],
    ] as const
    for (const [client, tool] of asks)
      expect(
        (await tryAsk(client, tool, { conditions: [{ attribute: 'shoe size', values: ['4'] }] })).error,
      ).toMatchObject({
        code: 'invalid_argument',
        // The keys of attributes are data.
        message: expect.stringMatching(/^conditions\[0\]\.attribute: unknown attribute \{0\}; known are \{1\}$/),
        values: ['"shoe size"', expect.stringContaining('department')],
      })
    expect((await tryAsk(auditor, 'DescribeCohort', { unknown: 1, limit: 26 })).error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(/limit.*unknown|unknown.*limit/),
    })
  })

  test('a tool of a tenant without access data says what is missing', async () => {
    const empty = await connected(await platform.token('auditor', 'without data'))
    expect((await tryAsk(empty, 'GetOrgOverview')).error).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('import'),
    })
  })

  test('a client of the revisions of 2025 gets the same answers, without a session', async () => {
    const older = await connected(tokens.auditor, '2025')
    const without = (document: Document) => ({ ...document, nextCursor: undefined })
    expect(without(await ask(older, 'GetOrgOverview'))).toEqual(without(await ask(auditor, 'GetOrgOverview')))
    expect((await older.listTools()).tools).toHaveLength(reading.length)
  })
})

/** Every list in a document. */
function listsIn(value: unknown): unknown[][] {
  if (Array.isArray(value)) return [value, ...value.flatMap(listsIn)]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(listsIn) : []
}

describe('names that somebody loaded', () => {
  let agent: Client
  /** Loads these names, and further people. */
  let load: (...more: readonly string[]) => Promise<void>
  beforeAll(async () => {
    const admin = await platform.token('admin', 'hostile')
    // Some readers end a line at such a character, so names with it are quoted.
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const people = hostileNames.flatMap(([, name], at) =>
      Array.from({ length: 6 }, (_, of) => `p${at}-${of},${quoted(`${name} ${of}`)},enabled,human,${quoted(name)}`),
    )
    const entitlements = hostileNames.map(([, name], at) => `app,e${at},${quoted(name)}`)
    const grants = hostileNames.flatMap((_, at) => Array.from({ length: 6 }, (_, of) => `p${at}-${of},app,e${at}`))
    load = async (...more) => {
      await importFiles(platform.baseUrl, admin, {
        'identities.csv': ['id,display_name,status,type,department', ...people, ...more].join('\n'),
        'applications.csv': ['id,display_name', `app,${quoted(hostileNames[0]?.[1] ?? '')}`].join('\n'),
        'entitlements.csv': ['application_id,id,display_name', ...entitlements].join('\n'),
        'grants.csv': ['identity_id,application_id,entitlement_id', ...grants].join('\n'),
      })
      await settled(platform)
    }
    await load()
    agent = await connected(await platform.token('agent', 'hostile'))
  })

  test('hidden characters are written out in every member', async () => {
    const shown = await ask(agent, 'DescribeCohort')
    const names = (shown.entitlements as { displayName: string }[]).map(({ displayName }) => displayName)
    expect(names.sort()).toEqual(
      hostileNames.map(([, name, seen]) => (names.includes(seen) ? seen : name.trim())).sort(),
    )
    for (const [tool, given] of [
      ['GetOrgOverview', {}],
      ['ListCohortFilterAttributeValues', { attribute: 'department' }],
      ['GetResidual', { layers: [] }],
      ['ExplainEntitlement', { entitlements: [{ entitlementId: 'e1' }] }],
      ['ListCandidates', {}],
    ] as const)
      expect(JSON.stringify(await ask(agent, tool, given))).toMatch(
        /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]*$/u,
      )
  })

  test('a shown text with hidden characters can be sent back as an argument', async () => {
    const { values } = (await ask(agent, 'ListCohortFilterAttributeValues', { attribute: 'department' })) as {
      values: { value: string; people: number }[]
    }
    expect(values.some(({ value }) => value.includes('\\u{202E}'))).toBe(true)
    for (const { value, people } of values) {
      const conditions = [{ attribute: 'department', values: [value] }]
      expect((await ask(agent, 'DescribeCohort', { conditions })).cohortSize, value).toBe(people)
    }
  })

  test('a preview is invalid after the data have changed', async () => {
    const given = { displayName: 'Small ones', sizeAndNaming: { fewestMembers: 3 } }
    const { previewHash } = await ask(agent, 'SetPolicy', given)
    await load('late,Late,enabled,human,Late')
    expect((await tryAsk(agent, 'SetPolicy', { ...given, previewHash })).error).toMatchObject({
      reason: 'PREVIEW_CHANGED',
    })
    const again = await ask(agent, 'SetPolicy', given)
    expect(await ask(agent, 'SetPolicy', { ...given, previewHash: again.previewHash })).toMatchObject({ done: true })
  })
})

describe('deciding', () => {
  let agent: Client
  const open = async () =>
    (await ask(agent, 'ListCandidates', { limit: 25 })).candidates as { id: string; displayName: string }[]
  const entries = async () => {
    const ledger = createClient(LedgerService, grpc(platform.baseUrl, platform.admin))
    return (await ledger.listEntries({ pageSize: 100 })).entries
  }
  beforeAll(async () => {
    agent = await connected(tokens.agent)
  })

  test('a call without a hash changes nothing, and with the hash the ledger says that an agent decided', async () => {
    const [candidate] = await open()
    const given = { candidateId: candidate?.id, reason: 'too_broad', comment: 'Everybody has it' }
    const before = (await entries()).length
    const preview = await ask(agent, 'DismissCandidate', given)
    expect(preview).toMatchObject({ done: false, candidate: { state: 'open' }, previewHash: expect.any(String) })
    expect(await open()).toContainEqual(expect.objectContaining({ id: candidate?.id }))
    expect((await entries()).length).toBe(before)
    const { previewHash } = preview
    expect(await ask(agent, 'DismissCandidate', { ...given, previewHash })).toMatchObject({
      done: true,
      candidate: { state: 'dismissed' },
    })
    const [entry] = await entries()
    expect(entry).toMatchObject({
      kind: expect.stringMatching(/\.dismiss$/),
      reason: 'too_broad',
      comment: 'Everybody has it',
    })
    expect(entry?.actor).toMatchObject({
      type: Actor_Type.AGENT,
      role: 'agent',
      right: 'decide-by-tool',
      call: 'assay.candidate.v1.InboxService.BatchDecide',
    })
    // The same hash has no effect a second time.
    expect((await tryAsk(agent, 'DismissCandidate', { ...given, previewHash })).error).toMatchObject({
      reason: 'DECIDED_ALREADY',
    })
  })

  test('a hash is valid only for its client, its arguments and its policies', async () => {
    const [candidate] = await open()
    const given = { candidateId: candidate?.id, displayName: 'By an agent' }
    const { previewHash, impact, policies } = await ask(agent, 'AcceptCandidate', given)
    expect(impact).toMatchObject({ gains: { count: expect.any(Number) }, people: expect.any(Number) })
    expect(policies).toMatchObject({ isAllowed: true })
    const other = await connected(await platform.token('agent'))
    const refused = async (client: Client, changed: Document) =>
      (await tryAsk(client, 'AcceptCandidate', { ...given, previewHash, ...changed })).error?.reason
    expect(await refused(other, {})).toBe('PREVIEW_CHANGED')
    expect(await refused(agent, { displayName: 'Another name' })).toBe('PREVIEW_CHANGED')
    expect(await refused(agent, { previewHash: 'x' })).toBe('PREVIEW_CHANGED')
    const made = createClient(PolicyService, grpc(platform.baseUrl, platform.admin))
    const policy = await made.createPolicy({
      policy: { displayName: 'Small', rule: { case: 'sizeAndNaming', value: { fewestMembers: 2 } } },
    })
    expect(await refused(agent, {})).toBe('PREVIEW_CHANGED')
    await made.deletePolicy({ policyId: policy.id })
    expect(await ask(agent, 'AcceptCandidate', { ...given, previewHash })).toMatchObject({
      done: true,
      candidate: { state: 'accepted', accessProfileId: expect.any(String) },
    })
    expect(
      (await entries()).some(({ kind, actor }) => /\.accept$/.test(kind) && actor?.type === Actor_Type.AGENT),
    ).toBe(true)
  })

  test('a policy has a preview before it is made, and an empty policy is refused', async () => {
    const given = { displayName: 'Budget of an agent', overGrantBudget: { mostBasisPoints: 0 } }
    const preview = await ask(agent, 'SetPolicy', given)
    expect(preview).toMatchObject({ done: false, preview: { suggestions: expect.any(Number) } })
    const { policyId } = await ask(agent, 'SetPolicy', { ...given, previewHash: preview.previewHash })
    const policies = createClient(PolicyService, grpc(platform.baseUrl, platform.admin))
    expect(await policies.getPolicy({ policyId: String(policyId) })).toMatchObject({
      displayName: 'Budget of an agent',
    })
    const changed = { ...given, policyId, overGrantBudget: { mostBasisPoints: 500, privilegedWeight: 3 } }
    const again = await ask(agent, 'SetPolicy', changed)
    expect(await ask(agent, 'SetPolicy', { ...changed, previewHash: again.previewHash })).toMatchObject({ policyId })
    expect((await tryAsk(agent, 'SetPolicy', { displayName: 'Nothing' })).error?.code).toBe('invalid_argument')
    await policies.deletePolicy({ policyId: String(policyId) })
  })

  test('an agent cannot decide by a plain call, and only an agent has tools that decide', async () => {
    const [candidate] = await open()
    const decisions = [{ candidateId: candidate?.id, dismiss: { reason: 'DISMISSAL_REASON_OTHER' } }]
    const { status, json } = await rest(platform.baseUrl, tokens.agent, 'POST /candidates/v1/inbox:decide', {
      decisions,
    })
    expect([status, JSON.stringify(json)]).toEqual([403, expect.stringContaining('MISSING_RIGHT')])
    const policy = { displayName: 'x', sizeAndNaming: { fewestMembers: 1 } }
    expect((await rest(platform.baseUrl, tokens.agent, 'POST /policies/v1/policies', policy)).status).toBe(403)
    const admin = await connected(tokens.admin)
    await expect(admin.callTool({ name: 'DismissCandidate', arguments: {} })).rejects.toThrow('no such tool')
  })

  test('an agent with a scope sees only the people of the scope, and has no tool for policies', async () => {
    const tenantId = await platform.tenantId()
    const init = {
      tenantId,
      dialect: conductorone.clients,
      role: 'agent',
      displayName: 'Bound',
      host: '127.0.0.1',
    } as const
    const bound = await createApiClient(platform.db.owner.sql, init)
    const { values } = (await ask(agent, 'ListCohortFilterAttributeValues', { attribute: 'department' })) as {
      values: { value: string; people: number }[]
    }
    const [{ value, people } = { value: '', people: 0 }] = values
    const filters = [{ attribute: 'department', values: [value] }]
    await inTenant(platform.db.owner.sql, tenantId, (sql) =>
      bindClientToScope(sql, tenantId, bound.clientId, { filters, applicationIds: [] }),
    )
    const client = await connected(await fetchToken(platform.baseUrl, bound))
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(
      [...reading, ...deciding].filter((name) => name !== 'ExplainRun' && name !== 'SetPolicy'),
    )
    expect(await ask(client, 'DescribeCohort')).toMatchObject({ people, cohortSize: people })
  })
})

test('docs/mcp-session.md shows an agent that explains why nothing was found, and previews an acceptance', async () => {
  const admin = await platform.token('admin', 'session')
  await importFiles(platform.baseUrl, admin, filesOf(generateOrganisation({ seed: 4, identityCount: 200 })))
  await settled(platform)
  const session = new McpSession(await connected(await platform.token('agent', 'session')))
  session.say(
    'A person asks: "Why is there no role for our smaller teams, and what would happen if we took the best one that there is?" The agent is an API client of the role `agent`. It looks around first.',
  )
  await session.ask('GetOrgOverview')
  const titles = (await session.quietly('ListCohortFilterAttributeValues', { attribute: 'job_title' })) as {
    values: { value: string; people: number }[]
  }
  const small = titles.values.toSorted(
    (one, other) => one.people - other.people || (one.value < other.value ? -1 : 1),
  )[0]
  const conditions = [{ attribute: 'job_title', values: [small?.value] }]
  session.say('It takes one of the smallest teams and asks what they share.')
  await session.ask('DescribeCohort', { conditions, limit: 2 })
  session.say('And why that is no role.')
  await session.ask('ExplainWhyNothing', { conditions })
  session.say(
    'The rule, its numbers and a change that was tried are all there is to say. Then the best role that there is:',
  )
  const { candidates } = (await session.ask('ListCandidates', { kinds: ['suggestion'], limit: 1 })) as {
    candidates: { id: string }[]
  }
  session.say('Accepting it is shown before it is done. Nothing has changed yet.')
  const given = { candidateId: candidates[0]?.id, displayName: 'Team basics' }
  const { previewHash } = await session.ask('AcceptCandidate', given)
  session.say(
    'The agent shows this to the person, who says no: another name. With the hash of the first preview the other name is refused, since nobody was shown it.',
  )
  await session.ask('AcceptCandidate', { ...given, displayName: 'Another name', previewHash })
  await expect(session.text).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/mcp-session.md'))
})

describe('work', () => {
  const tasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
  test('an analysis returns its result at once or an id to ask again', async () => {
    const client = await connected(tokens['role-miner'])
    const { values } = (await ask(client, 'ListCohortFilterAttributeValues', { attribute: 'department' })) as {
      values: { value: string }[]
    }
    const given = { conditions: [{ attribute: 'department', values: [values[0]?.value] }] }
    const begun = await ask(client, 'AnalyzeCohort', given)
    const { analysisId } = begun
    const ended = await vi.waitFor(
      async () => {
        const state = await ask(client, 'AnalyzeCohort', { analysisId })
        expect(state.status).toBe('completed')
        return state
      },
      { timeout: 300_000 },
    )
    expect(ended).toMatchObject({ analysisId, cohortSize: expect.any(Number), entitlements: expect.any(Array) })
    expect((await tryAsk(client, 'AnalyzeCohort', {})).error?.code).toBe('invalid_argument')
    expect((await tryAsk(client, 'AnalyzeCohort', { analysisId: 'nowhere' })).error?.code).toBe('not_found')
    // The same as a task, found only by its id.
    const taskId = `AnalyzeCohort.${analysisId}`
    const get = modern('tasks/get', { taskId }, tasks)
    const { status, json } = await post(platform.baseUrl, tokens['role-miner'], get.body, get.headers)
    expect(status).toBe(200)
    expect(json()).toMatchObject({ result: { taskId, status: 'completed', result: { structuredContent: ended } } })
    for (const method of ['tasks/update', 'tasks/cancel']) {
      const asked = modern(method, { taskId, inputResponses: {} }, tasks)
      expect((await post(platform.baseUrl, tokens['role-miner'], asked.body, asked.headers)).status, method).toBe(200)
    }
  })

  test('a task of another tenant or an unknown task does not exist, and a client without tasks gets an error', async () => {
    const client = await connected(tokens['role-miner'])
    const { analysisId } = await ask(client, 'AnalyzeCohort', {
      conditions: [{ attribute: 'department', values: ['x'] }],
    })
    const stranger = await platform.token('role-miner', 'another')
    for (const [token, taskId] of [
      [stranger, `AnalyzeCohort.${analysisId}`],
      [tokens['role-miner'], 'AnalyzeCohort.nowhere'],
      [tokens['role-miner'], 'GetOrgOverview.x'],
      [tokens['role-miner'], '../x'],
    ] as const) {
      const asked = modern('tasks/get', { taskId }, tasks)
      const { json } = await post(platform.baseUrl, token, asked.body, asked.headers)
      expect(json(), taskId).toMatchObject({ error: { code: -32602 } })
    }
    const asked = modern('tasks/get', { taskId: `AnalyzeCohort.${analysisId}` })
    const { json } = await post(platform.baseUrl, tokens['role-miner'], asked.body, asked.headers)
    expect(json()).toMatchObject({ error: { code: -32021 } })
  })
})

describe('the way in', () => {
  test('without a valid token a client learns where to get one, and the official client gets one by itself', async () => {
    const list = modern('tools/list')
    for (const [token, fault] of [
      [undefined, ''],
      ['open-sesame', ', error="invalid_token"'],
    ] as const) {
      const { status, headers } = await post(platform.baseUrl, token, list.body, list.headers)
      expect(status).toBe(401)
      const metadata = `${platform.baseUrl}/.well-known/oauth-protected-resource/mcp`
      expect(headers.get('www-authenticate')).toBe(`Bearer realm="assay", resource_metadata="${metadata}"${fault}`)
    }
    const made = await createApiClient(platform.db.owner.sql, {
      tenantId: await platform.tenantId(),
      dialect: conductorone.clients,
      role: 'auditor',
      displayName: 'By discovery',
      host: '127.0.0.1',
    })
    const authProvider = new ClientCredentialsProvider({ ...made, expectedIssuer: platform.baseUrl })
    const client = new Client({ name: 'a test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    clients.push(client)
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', platform.baseUrl), { authProvider }))
    expect(await ask(client, 'GetOrgOverview')).toMatchObject({ people: expect.any(Number) })
  })

  test('the tools are the same over standard input and output', async () => {
    const made = await createApiClient(platform.db.owner.sql, {
      tenantId: await platform.tenantId(),
      dialect: conductorone.clients,
      role: 'auditor',
      displayName: 'By a pipe',
      host: '127.0.0.1',
    })
    const env = { ASSAY_URL: platform.baseUrl, ASSAY_CLIENT_ID: made.clientId, ASSAY_CLIENT_SECRET: made.clientSecret }
    const command = {
      command: process.execPath,
      args: [assayMain, 'mcp'],
      env: { ...env, PATH: process.env.PATH ?? '' },
    }
    const client = new Client({ name: 'a test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    clients.push(client)
    await client.connect(new StdioClientTransport(command))
    const direct = await connected(tokens.auditor)
    expect((await client.listTools()).tools).toEqual((await direct.listTools()).tools)
    expect(await ask(client, 'GetOrgOverview')).toEqual(await ask(direct, 'GetOrgOverview'))
  })

  test('the cookie of a browser gives access to no tool, and a page of another site is refused', async () => {
    const list = modern('tools/list')
    const cookie = { ...list.headers, cookie: '__Host-assay=x', origin: platform.baseUrl }
    expect((await post(platform.baseUrl, undefined, list.body, cookie)).status).toBe(401)
    for (const origin of ['http://evil.example', 'null', 'file://x', 'https://127.0.0.1.evil.example'])
      expect(
        (await post(platform.baseUrl, tokens.auditor, list.body, { ...list.headers, origin })).status,
        origin,
      ).toBe(403)
    const own = { ...list.headers, origin: platform.baseUrl }
    expect((await post(platform.baseUrl, tokens.auditor, list.body, own)).status).toBe(200)
  })

  test.each([
    ['no JSON', 'x', 400],
    ['nothing', '', 400],
    ['a list of messages', '[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]', 400],
    ['a text', '"tools/list"', 400],
    ['null', 'null', 400],
    ['nested a thousand times', `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, 400],
    ['brackets that never close', '['.repeat(200_000), 400],
    ['more than 256 KiB', JSON.stringify({ a: 'x'.repeat(300_000) }), 413],
    ['no method', '{"jsonrpc":"2.0","id":1}', 400],
    ['bytes that are no text', '\ud800{', 400],
  ])('%s is refused as such', async (_, body, status) => {
    const answer = await post(platform.baseUrl, tokens.auditor, body)
    expect(answer.status).toBe(status)
    expect(answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: expect.any(Number) } })
  })

  test('no message of a client causes an internal error', async () => {
    const call = (params: Document) => modern('tools/call', params)
    const odd: unknown[] = [
      null,
      0,
      'x',
      [],
      {},
      { a: { b: [] } },
      '\u0000',
      '\ud800',
      1e308,
      -1,
      true,
      'é'.repeat(5000),
    ]
    const forms: readonly ((value: unknown) => unknown)[] = [
      (value) => value,
      (value) => ({ conditions: value, entitlements: value, candidateId: value, cursor: value, attribute: value }),
      (value) => ({ conditions: [{ attribute: value, values: [value] }], entitlements: [{ entitlementId: value }] }),
      (value) => ({ candidateId: value, reason: 'other', previewHash: value, displayName: value, policyId: value }),
    ]
    const names = [...reading, ...mining, ...deciding, '__proto__', 'constructor', '']
    // Every tool gets every form, and all tools together get every value in every form.
    for (const [at, name] of names.entries())
      await Promise.all(
        odd.map(async (value, of) => {
          const given = forms[(at + of) % forms.length]?.(value)
          const { body, headers } = call({ name, arguments: given })
          const sent = { ...headers, 'mcp-name': headers['mcp-name'] ?? '' }
          const { status, text } = await post(platform.baseUrl, tokens.agent, body, sent)
          expect([200, 400, 429], `${name} ${JSON.stringify(given)}: ${text}`).toContain(status)
          expect(text).not.toContain('internal error')
        }),
      )
    for (const method of [
      '',
      'x',
      'initialize',
      'resources/list',
      'prompts/get',
      'subscriptions/listen',
      'ping',
      'tasks/get',
    ])
      for (const params of odd) {
        const { body, headers } = modern(method)
        const { status } = await post(platform.baseUrl, tokens.agent, { ...body, params }, headers)
        expect(status, `${method} ${JSON.stringify(params)}`).toBeLessThan(500)
      }
  })

  test('a client over its limit gets a time to try again, and does not delay other clients', async () => {
    const { body, headers } = modern('tools/call', { name: 'GetResidual', arguments: {} })
    const flood = Array.from({ length: 400 }, () => post(platform.baseUrl, tokens.auditor, body, headers))
    const other = await connected(await platform.token('auditor', 'hostile'))
    expect(await ask(other, 'ListCohortFilterAttributes')).toMatchObject({ attributes: expect.any(Array) })
    let refused = 0
    for (const { status, text } of await Promise.all(flood)) {
      expect(status, text).toBe(200)
      const { result } = JSON.parse(text) as { result: { isError?: boolean; content: { text: string }[] } }
      if (result.isError !== true) continue
      refused++
      const { error } = JSON.parse(result.content[0]?.text ?? '') as { error: Document }
      expect(error).toMatchObject({
        code: expect.stringMatching(/exhausted|unavailable/),
        retryAfterSeconds: expect.any(Number),
      })
    }
    expect(refused).toBeGreaterThan(0)
    // All slots are free again.
    expect(await ask(await connected(tokens.auditor), 'GetResidual')).toMatchObject({ grants: expect.any(Number) })
  })

  test('only POST is accepted, and other paths do not exist', async () => {
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const headers = { authorization: `Bearer ${tokens.auditor}` }
      const answer = await fetch(new URL('/mcp', platform.baseUrl), { method, headers })
      expect([answer.status, answer.headers.get('allow')], method).toEqual([405, 'POST'])
    }
    const list = modern('tools/list')
    expect((await rest(platform.baseUrl, tokens.auditor, 'POST /mcp/x', list.body)).status).toBe(404)
  })

  test('the tools work over HTTP/2', async () => {
    const { body, headers } = modern('tools/list')
    const session = http2.connect(platform.baseUrl)
    const asked = session.request({
      ':method': 'POST',
      ':path': '/mcp',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${tokens.auditor}`,
      ...headers,
    })
    asked.end(JSON.stringify(body))
    const [answer] = (await once(asked, 'response')) as [http2.IncomingHttpHeaders]
    const told = await text(asked)
    session.close()
    expect(answer[':status'], told).toBe(200)
    expect(told).toBe((await post(platform.baseUrl, tokens.auditor, body, headers)).text)
  })

  test('a client that subscribes to changes is told that there are none, and keeps no connection open', async () => {
    const asked = modern('subscriptions/listen', { notifications: { toolsListChanged: true } })
    const { status, text } = await post(platform.baseUrl, tokens.auditor, asked.body, asked.headers)
    expect(status).toBe(200)
    expect(text).toContain('notifications/subscriptions/acknowledged')
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { rest } from '../platform/platform.ts'
import { type Neighbours, prepareNeighbours } from '../sailpoint/neighbours-fixture.ts'
import { unzipped } from '../sailpoint/unzipped.ts'
import { type HclBlock, type HclValue, readHcl } from './read-hcl.ts'

// What Terraform's providers of the two vendors do with published files, against Assay itself: each sends the values of the
// configuration, takes what the server answers as the state, and fails, or plans a change for ever, when a configured value comes back
// with another value or a list in another order.

type Row = Readonly<Record<string, unknown>>

let prepared: Neighbours
let admin: string
/** The ids of the profiles to hand over, by name. */
const ids = new Map<string, string>()

beforeAll(async () => {
  prepared = await prepareNeighbours()
  admin = await prepared.platform.token('admin')
  const entitlements = ['gh-admin', 'ad-vpn', 'gh-dev'].map((id) => ({ type: 'ENTITLEMENT', id }))
  const identities = ['e-4', 'e-1', 'e-2'].map((id) => ({ type: 'IDENTITY', id }))
  const membership = { type: 'IDENTITY_LIST', identities }
  const owner = { type: 'IDENTITY', id: 'e-2' }
  const { id } = await sailpoint('POST', '/roles', { name: 'Listed', owner, entitlements, membership }, 201)
  // The longest name of a role would end in a blank.
  const displayName = `${'x'.repeat(127)} and more`
  await platform(`POST /api/v1/catalogs/${id}`, { catalog: { displayName }, updateMask: 'displayName' })
  ids.set(displayName, String(id))
  for (const [displayName, celExpression] of Object.entries(rules)) {
    const accessProfile = { displayName, description: 'Two\nlines', celExpression, automationEnabled: true }
    const entries = [
      { applicationId: 'gh', entitlementId: 'gh-dev' },
      { applicationId: 'ad', entitlementId: 'ad-vpn' },
    ]
    const made = await platform('POST /profiles/v1/accessProfiles', { accessProfile, entitlements: entries })
    ids.set(displayName, String(made.id))
  }
})
afterAll(() => prepared?.platform.stop())

const rules = {
  'By the name of the account': 'subject.username == "ada.lovelace"',
  'By two conditions': 'subject.job_title in ["Manager", "Counsel"] && subject.manager_id in ["e-2"]',
  'By a column': '"location" in subject.profile && subject.profile["location"] in ["London", "Austin"]',
  'By the mail of the manager': 'subject.manager == "grace@example.com"',
}

async function platform(call: string, body?: unknown): Promise<Row> {
  const { status, json } = await rest(prepared.platform.baseUrl, admin, call, body)
  expect(status, `${call} ${JSON.stringify(json)}`).toBe(200)
  return json
}

async function sailpoint(method: string, path: string, body?: unknown, status = 200): Promise<Row> {
  const headers = method === 'PATCH' ? { 'content-type': 'application/json-patch+json' } : {}
  const answer = await prepared.send(`${method} /v2025${path}`, { headers, body })
  expect(answer.status, `${method} ${path} ${answer.text}`).toBe(status)
  return (answer.json ?? {}) as Row
}

/** The blocks of a file of a publication of all profiles. */
async function published(target: string): Promise<(file: string) => HclBlock[]> {
  const accessProfileIds = [...ids.values()]
  const { id } = await platform('POST /publications/v1/publications', { targetId: target, accessProfileIds })
  const url = new URL(`/publications/v1/publications/${id}:download`, prepared.platform.baseUrl)
  const answer = await fetch(url, { headers: { authorization: `Bearer ${admin}` } })
  const files = await unzipped(Buffer.from(await answer.arrayBuffer()))
  return (file) => readHcl(files[file] ?? '')
}

/** An attribute's value as the provider sends it: names of members in the API's spelling, references resolved. */
function sent(value: HclValue | undefined, references: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => sent(item, references))
  if (typeof value !== 'object') return value
  if (typeof value.reference === 'string') return references[value.reference]
  const inCamelCase = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(
    Object.entries(value as Record<string, HclValue>).map(([name, one]) => [inCamelCase(name), sent(one, references)]),
  )
}

test('terraform-c1: files are applied, planned without a difference, changed, planned again, and destroyed', async () => {
  const file = await published('terraform-c1')
  const resources = file('profiles.tf')
  const profiles = resources.filter(({ labels }) => labels[0] === 'conductorone_access_profile')
  expect(profiles).toHaveLength(ids.size)
  for (const { labels, body } of profiles) {
    const name = labels[1] ?? ''
    const config = (type: string) => {
      const block = resources.find((one) => one.labels[0] === `conductorone_${type}` && one.labels[1] === name)
      const { catalogId: _, requestCatalogId: __, ...values } = sent(block?.body ?? {}, {}) as Row
      return values
    }
    const [profile, entries] = [config('access_profile'), config('access_profile_requestable_entries')]
    const automation = config('bundle_automation')
    const made = await platform('POST /api/v1/catalogs', profile)
    const id = String(((made.requestCatalogView as Row).requestCatalog as Row).id)
    const path = `/api/v1/catalogs/${id}`
    const isRuled = 'cel' in automation
    await platform(`POST ${path}/requestable_entries`, entries)
    if (isRuled) await platform(`POST ${path}/bundle_automation/create`, automation)
    await isPlannedEmpty(path, profile, entries, isRuled ? automation : undefined)

    const [renamed, turned] = [
      { ...profile, displayName: `${body.display_name} again` },
      { appEntitlements: (entries.appEntitlements as unknown[]).toReversed() },
    ]
    await platform(`POST ${path}`, { catalog: { ...renamed, id } })
    await platform(`POST ${path}/requestable_entitlements/update`, turned)
    const off = { ...automation, enabled: false }
    if (isRuled) await platform(`POST ${path}/bundle_automation`, { ...off, removedMembersThresholdPercent: '0' })
    await isPlannedEmpty(path, renamed, turned, isRuled ? off : undefined)

    if (isRuled) await platform(`DELETE ${path}/bundle_automation`)
    await platform(`DELETE ${path}/requestable_entries`, turned)
    await platform(`DELETE ${path}`)
    expect((await rest(prepared.platform.baseUrl, admin, `GET ${path}`)).status).toBe(404)
  }
})

test('terraform-c1: an import of the profiles that Assay has is planned without a difference', async () => {
  const file = await published('terraform-c1')
  const imports = file('imports.tf.optional')
  const resources = file('profiles.tf')
  expect(imports).toHaveLength(resources.length)
  for (const { body } of imports) {
    const [type, name] = String((body.to as { reference: string }).reference).split('.')
    const block = resources.find(({ labels }) => labels[0] === type && labels[1] === name)
    const { catalogId: _, requestCatalogId: __, ...config } = sent(block?.body, {}) as Row
    const path = `/api/v1/catalogs/${body.id}`
    if (type === 'conductorone_access_profile') await isPlannedEmpty(path, config)
    else if (type === 'conductorone_bundle_automation') await isPlannedEmpty(path, {}, undefined, config)
    else await isPlannedEmpty(path, {}, config)
  }
})

/** Reads as the provider's refresh does, and compares the configured values. */
async function isPlannedEmpty(path: string, profile: Row, entries?: Row, automation?: Row): Promise<void> {
  const { requestCatalogView } = await platform(`GET ${path}`)
  expect((requestCatalogView as Row).requestCatalog).toMatchObject(profile)
  if (entries !== undefined)
    expect((await platform(`GET ${path}/requestable_entitlementIDs`)).refs).toEqual(entries.appEntitlements)
  if (automation !== undefined) expect(await platform(`GET ${path}/bundle_automation`)).toMatchObject(automation)
}

test('terraform-sailpoint: files are applied, planned without a difference, changed, planned again, and destroyed', async () => {
  const file = await published('terraform-sailpoint')
  const roles = file('roles.tf').filter(({ type }) => type === 'resource')
  expect(roles).toHaveLength(ids.size)
  const kinds: unknown[] = []
  for (const { body } of roles) {
    const config = sent(body, { 'var.default_owner_id': 'e-2' }) as Row & { membership: Row; entitlements: Row[] }
    kinds.push([config.membership.type, JSON.stringify(config.membership).match(/attribute\.[^"]+/g)])
    // The provider takes the answer to a creation as the state.
    const made = await sailpoint('POST', '/roles', config, 201)
    isRoleOf(config, made)
    const path = `/roles/${made.id}`
    isRoleOf(config, await sailpoint('GET', path))

    const fewer = { ...config, name: 'Renamed', entitlements: config.entitlements.slice(1) }
    const identities = (config.membership.identities as Row[] | undefined)?.slice(1)
    const membership = { ...config.membership, ...(identities && { identities }) }
    const changed = await sailpoint('PATCH', path, [
      { op: 'replace', path: '/name', value: fewer.name },
      { op: 'replace', path: '/entitlements', value: fewer.entitlements },
      { op: 'replace', path: '/membership', value: membership },
    ])
    isRoleOf({ ...fewer, membership }, changed)
    isRoleOf({ ...fewer, membership }, await sailpoint('GET', path))
    await sailpoint('DELETE', path, undefined, 204)
    await sailpoint('GET', path, undefined, 404)
  }
  expect(kinds).toEqual([
    ['STANDARD', ['attribute.location', 'attribute.location']],
    ['IDENTITY_LIST', null],
    ['STANDARD', ['attribute.uid']],
    ['STANDARD', ['attribute.jobTitle', 'attribute.jobTitle', 'attribute.manager']],
    ['IDENTITY_LIST', null],
  ])
})

/** Compares what the provider compares: entitlements are a set there; identities and criteria are lists; null is no value. */
function isRoleOf(config: Row & { entitlements: Row[] }, role: Row): void {
  const { entitlements, membership, ...others } = config
  expect(role).toMatchObject(others)
  const byId = (list: unknown) => (list as Row[]).map(({ type, id }) => `${type} ${id}`).sort()
  expect(byId(role.entitlements)).toEqual(byId(entitlements))
  expect(known(role.membership)).toMatchObject(membership as Row)
  expect(Object.keys(known((role.membership as Row).criteria) ?? {}).sort()).toEqual(
    Object.keys((membership as Row).criteria ?? {}).sort(),
  )
}

/** Without members that are null. */
function known(value: unknown): Row {
  return JSON.parse(JSON.stringify(value ?? {}, (_, one) => one ?? undefined)) as Row
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type JoinedCommand, joinByCommand } from './joined-command.ts'
import { rest } from './platform.ts'

let joined: JoinedCommand
let folder: string
let assay: JoinedCommand['assay']
let baseUrl: string
/** The first load of the source, and the one in force. Their ids depend on other test files. */
let base: string
let inForce: string

beforeAll(async () => {
  joined = await joinByCommand()
  ;({ assay, folder } = joined)
  baseUrl = joined.platform.baseUrl
})
afterAll(() => joined?.stop())

async function changes(name: string, ...lines: readonly object[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}

const grant = (identityId: string) => ({ upsertGrant: { identityId, applicationId: 'crm', entitlementId: 'read' } })

test('a source begins with a file of changes, continues with change sets of the API, and each reports its result', async () => {
  const people = ['ana', 'bo', 'cy'].map((id) => ({ upsertIdentity: { id, displayName: id.toUpperCase() } }))
  const first = await assay.run('change', 'crm', await changes('first.ndjson', ...people, grant('ana'), grant('bo')))
  base = /load (\d+)/.exec(first.stdout)?.[1] ?? ''
  expect(first).toEqual({
    status: 0,
    stdout: `crm: load ${base} is in force: 5 upserts, 0 deletions. The source has 3 people, 0 accounts and 2 grants.\n`,
    stderr: '',
  })
  const token = (await assay.run('token')).stdout.trim()
  const send = (body: object) => rest(baseUrl, token, 'POST /sources/v1/sources/crm/change-sets', body)
  const set = {
    requestId: 'r1',
    baseLoadId: base,
    changes: [
      { upsertIdentity: { id: 'dee', displayName: 'Dee', attributes: { projects: ['Zeus', 'Apollo'], floor: '3' } } },
      grant('dee'),
      { deleteGrant: { identityId: 'zed', applicationId: 'crm', entitlementId: 'read' } },
    ],
  }
  const sent = await send(set)
  expect(sent).toMatchObject({
    status: 200,
    json: {
      requestId: 'r1',
      sourceId: 'crm',
      baseLoadId: base,
      loadId: expect.stringMatching(/^\d+$/),
      changeCount: 3,
    },
  })
  inForce = String(sent.json.loadId)
  await vi.waitFor(
    async () =>
      expect((await rest(baseUrl, token, `GET /sources/v1/loads/${inForce}`)).json).toMatchObject({
        state: 'STATE_COMMITTED',
        kind: 'KIND_CHANGES',
        changes: { changeSets: 1, upserts: '2', deletions: '0', absentDeletions: '1' },
      }),
    { timeout: 300_000, interval: 200 },
  )
  expect(await send(set)).toMatchObject({ status: 200, json: sent.json })
  expect(await send({ ...set, requestId: 'r2' })).toMatchObject({
    status: 409,
    json: { message: expect.stringContaining(`load "${inForce}" is in force`) },
  })
  const wrong = { upsertIdentity: { id: 'eve', status: 'asleep' } }
  expect(await send({ requestId: 'r3', baseLoadId: inForce, changes: [grant('ana'), wrong] })).toMatchObject({
    status: 400,
    json: { message: expect.stringMatching(/changes\[1\]\.status: .*asleep/) },
  })
  const odd = { upsertIdentity: { id: 'eve', attributes: { floor: 3 } } }
  expect(await send({ requestId: 'r4', baseLoadId: inForce, changes: [odd] })).toMatchObject({
    status: 400,
    json: { message: expect.stringMatching(/changes\[0\]\.attributes\.floor: has to be a text/) },
  })
  expect((await assay.run('sources')).stdout).toMatch(
    /^1\. crm, .*4 people, 3 grants, 2 change sets since the last whole load$/m,
  )
})

test('a file with faults, another base, and changes that would remove much load nothing', async () => {
  const faulty = await changes('faulty.ndjson', { upsertIdentity: { id: 'eve' } }, { deleteIdentity: { name: 'ana' } })
  expect(await assay.run('change', 'crm', faulty)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/ {2}faulty\.ndjson:2 name: is unknown; there are id$/m),
  })
  const leavers = await changes('leavers.ndjson', { deleteIdentity: { id: 'ana' } }, { deleteIdentity: { id: 'bo' } })
  expect(await assay.run('change', 'crm', leavers, '--base', base)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`load "${inForce}" is in force`),
  })
  expect(await assay.run('change', 'crm', leavers)).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('would remove 2 of 4 people'),
  })
  expect(await assay.run('change', 'crm', leavers, '--confirm')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(
      `on top of load ${inForce}: 0 upserts, 2 deletions, 2 records ended with what was deleted. The source has 2 people`,
    ),
  })
})

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { generateOrganisation } from '@assay/sample-org'
import { createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { mine } from '../../apps/assay/src/commands/mine.ts'
import { suggestions } from '../../apps/assay/src/commands/suggestions.ts'
import { type JoinedCommand, joinByCommand } from './joined-command.ts'
import { filesOf } from './sample.ts'
import { Transcript } from './ten-tasks.ts'

const tasks = join(import.meta.dirname, '../../docs/ten-tasks.md')

let joined: JoinedCommand
let folder: string
let assay: JoinedCommand['assay']

beforeAll(async () => {
  joined = await joinByCommand()
  ;({ assay, folder } = joined)
})
afterAll(() => joined?.stop())

const numbers = Array.from({ length: 24 }, (_, i) => i)
const files = {
  'identities.csv': [
    'id,display_name,department,status,type',
    ...numbers.map((n) => `p${n},Person ${n},${n < 12 ? 'Buying' : 'Selling'},enabled,human`),
  ],
  'applications.csv': ['id,display_name', 'erp,ERP'],
  'entitlements.csv': [
    'application_id,id,display_name',
    ...['order', 'approve', 'read', 'sell', 'bill'].map((e) => `erp,${e},${e}`),
  ],
  'grants.csv': [
    'identity_id,entitlement_id',
    ...numbers.flatMap((n) => (n < 12 ? ['order', 'approve', 'read'] : ['sell', 'bill']).map((e) => `p${n},${e}`)),
  ],
}
const apart = {
  displayName: 'Four eyes',
  separationOfDuties: {
    severity: 'SEVERITY_HIGH',
    first: [{ applicationId: 'erp', entitlementId: 'order' }],
    second: [{ applicationId: 'erp', entitlementId: 'approve' }],
  },
}

test('ten tasks of an analyst print what docs/ten-tasks.md shows', async () => {
  const data = join(folder, 'sample')
  await mkdir(data)
  const organisation = generateOrganisation({ seed: 5, identityCount: 200 })
  for (const [name, content] of Object.entries(filesOf(organisation))) await writeFile(join(data, name), content)
  expect(await assay.run('import', data)).toMatchObject({ status: 0 })
  const transcript = await Transcript.start()
  const { api } = transcript
  await mine(api)
  const [best] = await Array.fromAsync(suggestions(api))
  const [one, other] = best!.entitlements
  const { entitlementId } = one!
  const filters = best!.cohortFilters.map(({ attribute, values }) => `${attribute}=${values[0]}`)
  const { list } = await createClient(RoleMiningManagementService, api.transport).searchCohortUsers({
    suggestionId: best!.id,
    pageSize: 1,
  })
  const person = list[0]?.id ?? ''

  transcript.task('1. What are these data good for?', 'What is filled, what spoils mining, and what to do about it.')
  await transcript.run(['readiness'], 16)
  transcript.task(
    '2. What explains who has what?',
    'Attributes by the grants that they explain, alone and besides others.',
  )
  await transcript.run(['attributes'], 16)
  transcript.task(
    '3. Which roles are there, and how were they found?',
    'The best suggestions, and what the analysis was made with.',
  )
  await transcript.run(['suggestions', '--limit', '2'])
  await transcript.run(['settings'], 14)
  transcript.task('4. Who gains and who loses access by a role?', 'Added to what people have, and in place of it.')
  await transcript.run(['impact', `suggestion:${best!.id}`, '--limit', '3'], 20)
  await transcript.run(['impact', `suggestion:${best!.id}`, '--replace', '--limit', '3'], 8)
  transcript.task(
    '5. Who holds this, and who against the pattern?',
    'An entitlement first: its holders, the conditions that describe them, what contains it.',
  )
  // After the conditions the output has potential roles, which exist only when a session has found them.
  await transcript.run(['holders', entitlementId, '--limit', '5'], 14)
  transcript.task(
    '6. Why is it so?',
    'Of a cohort, an entitlement, and a person and an entitlement: the rule that decided, and what would change it.',
  )
  await transcript.run(['why', 'cohort', ...filters])
  await transcript.run(['why', 'entitlement', entitlementId])
  await transcript.run(['why', 'person', person, entitlementId])
  transcript.task(
    '7. What stays outside all roles?',
    'Each grant is told by one layer; the sums add up to all of them.',
  )
  await transcript.run(['residual'], 20)
  transcript.task(
    '8. What must not come together?',
    'A policy, what the present data hold against it, and what it does to the next analysis.',
  )
  const rules = join(folder, 'four-eyes.json')
  const set = (one: typeof other) => [{ applicationId: one!.appId, entitlementId: one!.entitlementId }]
  const separation = { severity: 'SEVERITY_HIGH', first: set(best!.entitlements[0]), second: set(other) }
  await writeFile(rules, JSON.stringify({ displayName: 'Four eyes', separationOfDuties: separation }))
  await transcript.run(['policies', 'create', rules])
  await transcript.run(['policies', 'breaches', '--policy', 'Four eyes'], 4)
  await transcript.run(['mine'])
  await transcript.run(['policies', 'effects'])
  await transcript.run(['why', 'entitlement', other!.entitlementId, '--application', other!.appId])
  transcript.task(
    '9. What has changed, and do accepted roles still fit?',
    'A suggestion was accepted in the console as an access profile before.',
  )
  const apart = [entitlementId, other!.entitlementId]
  const accepted = (await Array.fromAsync(suggestions(api))).find(({ entitlements }) =>
    entitlements.every((one) => !apart.includes(one.entitlementId)),
  )
  if (accepted === undefined) throw new Error('every suggestion has something of the policy')
  await createClient(RoleMiningManagementService, api.transport).createAccessProfileFromCohort({
    displayName: accepted.suggestedName,
    profileFilters: accepted.cohortFilters,
    entitlements: accepted.entitlements,
    enableAutomation: true,
    suggestionId: accepted.id,
  })
  await transcript.run(['diff'], 14)
  await transcript.run(['drift', '--all'], 14)
  transcript.task(
    '10. Who decided what, and can it be proven?',
    'Every decision is an entry of a chain; verifying it says what was altered, removed or cut off.',
  )
  await transcript.run(['ledger', 'list', '--kind', 'suggestion.accept'], 8)
  await vi.waitFor(async () => expect((await assay.run('ledger', 'head')).status).toBe(0), { timeout: 300_000 })
  await transcript.run(['ledger', 'verify'], 6)
  const document = `${head}${transcript.text.replaceAll(`${folder}/`, '')}`
  await expect(document).toMatchFileSnapshot(tasks)
  expect(await assay.run('policies', 'delete', 'Four eyes')).toMatchObject({ status: 0 })
})

test('policies are made from a file, listed, applied to suggestions, breached by present data, and deleted', async () => {
  expect((await assay.run('policies')).stdout).toBe('There is no policy.\n')
  const data = join(folder, 'files')
  await mkdir(data)
  for (const [name, lines] of Object.entries(files)) await writeFile(join(data, name), `${lines.join('\n')}\n`)
  expect(await assay.run('import', data, '--confirm')).toMatchObject({ status: 0 })
  const file = join(folder, 'policies.json')
  await writeFile(file, JSON.stringify([apart, { displayName: 'Not tiny', sizeAndNaming: { fewestEntitlements: 2 } }]))
  expect(await assay.run('policies', 'create', file)).toEqual({
    status: 0,
    stdout: 'created policy "Four eyes"\ncreated policy "Not tiny"\n',
    stderr: '',
  })
  expect((await assay.run('policies', 'list')).stdout).toBe(
    'Four eyes: separation of duties (high), 2 entitlements\nNot tiny: at least 2 entitlements\n',
  )
  expect((await assay.run('policies', 'create', file)).stderr).toMatch(/a policy named "Four eyes" exists already/)
  const listed = await assay.run('policies', 'list', '--json')
  expect(JSON.parse(listed.stdout.split('\n')[0]!)).toMatchObject(apart)

  const breaches = await assay.run('policies', 'breaches', '--policy', 'four eyes')
  expect(breaches.stdout).toContain('Four eyes (high): p0 Person 0 holds erp order, and erp approve\n')
  expect(breaches.stdout).toMatch(/12 breaches\n$/)
  const csv = (await assay.run('policies', 'breaches', '--person', 'p3', '--csv')).stdout.trim().split('\n')
  expect(csv).toEqual([
    'policy_id,policy,severity,identity_id,identity,first,second,last_used_day',
    expect.stringMatching(/,Four eyes,high,p3,Person 3,erp order,erp approve,$/),
  ])
  expect((await assay.run('policies', 'breaches', '--person', 'p20')).stdout).toBe(
    'Nothing in the present data breaks a policy.\n',
  )

  expect(await assay.run('mine')).toMatchObject({ status: 0 })
  const { stdout } = await assay.run('suggestions')
  expect(/\bapprove\b/i.test(stdout) && /\border\b/i.test(stdout)).toBe(false)
  expect((await assay.run('policies', 'effects')).stdout).toBe('Four eyes left 1 entitlement out of suggestions\n')

  expect(await assay.run('policies', 'delete', 'FOUR eyes')).toMatchObject({
    status: 0,
    stdout: 'deleted policy "Four eyes"\n',
  })
  expect(await assay.run('policies', 'delete', 'Four eyes')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('There is no policy "Four eyes"'),
  })
})

test('a candidate is accepted, reopened and dismissed with a reason, and impossible actions are refused with a message', async () => {
  const { stdout } = await assay.run('suggestions')
  const [, name = '', id = ''] = /^(.+?) {2}\(new[\s\S]*? id ([0-9a-f-]{36})/.exec(stdout) ?? []
  const accepted = await assay.run('accept', `suggestion:${id}`, '--name', 'Basics')
  expect(accepted).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^"Basics" is the access profile [0-9a-f-]{36}\n$/),
    stderr: '',
  })
  expect(await assay.run('accept', id)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('accepted already'),
  })
  const undone = { status: 0, stdout: `"${name}" waits for a decision again\n` }
  expect(await assay.run('undo', id)).toMatchObject(undone)
  const dismissed = await assay.run('dismiss', id, '--reason', 'too-broad', '--comment', 'two teams')
  expect(dismissed).toMatchObject({ status: 0, stdout: `"${name}" is dismissed\n` })
  expect((await assay.run('ledger', 'list', '--kind', 'suggestion.dismiss')).stdout).toContain('two teams')
  expect(await assay.run('undo', id)).toMatchObject(undone)
  expect((await assay.run('accept', 'nothing')).stderr).toContain('"nothing" does not exist')
})

test('access profiles are handed over as files, with the difference to the last time', async () => {
  const data = join(folder, 'with-profiles')
  await mkdir(data)
  const withProfiles = {
    ...files,
    'access_profiles.csv': ['id,display_name,cel_expression', 'buyers,Buy\u202eers,"subject.department == ""Buying"""'],
    'access_profile_entitlements.csv': ['access_profile_id,entitlement_id', 'buyers,order', 'buyers,read'],
  }
  for (const [name, lines] of Object.entries(withProfiles)) await writeFile(join(data, name), `${lines.join('\n')}\n`)
  expect(await assay.run('import', data, '--confirm')).toMatchObject({ status: 0 })
  expect((await assay.run('publish', '--to', 'scim')).stderr).toContain('--out FOLDER')
  const dryRun = () => assay.run('publish', '--to', 'scim', '--dry-run')
  // A worker adds the members.
  await expect.poll(async () => (await dryRun()).stdout).toContain('+ member p11')
  const first = await dryRun()
  expect(first.stdout).toMatch(/to scim; since the last time \d new, 0 changed, 0 gone\.\n/)
  expect(first.stdout).toMatch(
    /\n\+ Buy\\u\{202E\}ers {2}\(profile:.*\n {4}\+ erp\/order {2}order\n {4}\+ erp\/read {2}read\n/,
  )
  const out = join(folder, 'handover')
  const names = ['groups.json', 'roles.json', 'bulk.json']
  const written = await assay.run('publish', '--to', 'scim', '--out', out)
  expect(written.stdout).toBe(`${first.stdout}${names.map((name) => `wrote ${join(out, name)}\n`).join('')}`)
  const bytes = () => Promise.all(names.map((name) => readFile(join(out, name), 'utf8')))
  const before = await bytes()
  const { Resources: groups } = JSON.parse(before[0] ?? '')
  const buyers = groups.find((group: { displayName: string }) => group.displayName === 'Buy\u202eers')
  expect(buyers.members).toHaveLength(12)
  const again = await assay.run('publish', '--to', 'scim', '--out', out)
  expect(again).toMatchObject({ status: 0, stderr: '' })
  // The profile that an earlier test accepted gives access of an organisation that this import replaced.
  expect(again.stdout).toMatch(
    /^2 access profiles to scim; since the last time none differs\.\nNo source is named .*: ids are those of the loaded data\..*\n! .*: it gives \d entitlements that the access data no longer have\nwrote /,
  )
  expect(await bytes()).toEqual(before)
  expect((await assay.run('publish', 'list')).stdout.trimEnd().split('\n')).toHaveLength(2)
})

const head = `# Ten tasks of an analyst

What an analyst does from day to day, as commands and what they print on a sample organisation of 200 people (\`npm run assay -- COMMAND\`). Written by \`test/platform\`: after a change on purpose, \`npx vitest run test/platform/policies-command.test.ts -u\`. Ids, times and the counts of the ledger differ from run to run; they stand here as \`id-1\`, \`TIME\` and \`N\`.

What a head of a department sees and decides of the own people alone, [access.md](access.md) says.
`

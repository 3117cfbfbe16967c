import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PublishedPerson, type PublishedProfile, targetNamed } from '@assay/targets'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { bytesFile, load } from '../../libs/sources/src/testing-load.ts'
import { hostileProfiles, textOf } from '../../libs/targets/src/testing-profiles.ts'
import { type HclBlock, type HclValue, readHcl } from './read-hcl.ts'

// The files of targets are read back by the importers of Assay, by the grammar of HCL, or by a schema of Graph's resources.

/** Names of every kind; ids as customers have them, without what importers cut. */
const profiles = withPlainIds(hostileProfiles())
const filesOf = (target: string) => targetNamed(target)?.files(profiles) ?? []
const inputs = (target: string, ...names: string[]) =>
  names.map((name) => bytesFile(name, textOf(filesOf(target), name)))
const sorted = (lines: Iterable<string>) => [...new Set(lines)].sort()

/** Pairs of a person and an entitlement of an import's file. */
function grantsOf(files: Readonly<Record<string, string>>): string[] {
  const rows: Record<string, string>[] = parse(files['grants.csv'] ?? '', { columns: true })
  return sorted(rows.map((row) => `${row.identity_id} has ${row.entitlement_id}`))
}

test('SCIM: the importer reads back groups, roles and the access of groups', async () => {
  const loaded = await load(inputs('scim', 'groups.json', 'roles.json'))
  expect(loaded).toMatchObject({ faults: [], orphans: [], unmapped: [], others: [] })
  expect(Object.keys(loaded.sources)).toEqual(['scim'])
  expect(loaded.people).toEqual({ enabled: sorted(profiles.flatMap(({ members }) => members.map(({ id }) => id))) })
  expect(grantsOf(loaded.files)).toEqual(
    sorted(profiles.flatMap(({ id, members }) => members.map((person) => `${person.id} has ${id}`))),
  )
  expect(loaded.memberships).toEqual(
    sorted(
      profiles.flatMap((profile) =>
        profile.entitlements.map(
          (one) => `scim ${profile.id} -> scim ${encodeURIComponent(one.applicationId)}/${one.id}`,
        ),
      ),
    ),
  )
  const names: Record<string, string>[] = parse(loaded.files['entitlements.csv'] ?? '', { columns: true })
  for (const { id, displayName } of profiles)
    expect(names.find((row) => row.id === id)?.display_name).toBe(displayName.normalize('NFC').trim())
})

test('SCIM: a bulk request refers only to resources that it has made before', () => {
  const { Operations } = JSON.parse(textOf(filesOf('scim'), 'bulk.json'))
  const made = new Set<string>()
  for (const { method, path, bulkId, data } of Operations) {
    expect([method, path]).toEqual(['POST', '/Groups'])
    for (const { value } of data.members)
      if (value.startsWith('bulkId:')) expect(made).toContain(value.slice('bulkId:'.length))
    made.add(bulkId)
  }
  expect(made.size).toBe(Operations.length)
})

test('midPoint: the importer reads back roles, inducements and assignments', async () => {
  const loaded = await load(inputs('midpoint', 'roles.xml', 'users.xml'))
  expect(loaded).toMatchObject({ faults: [], orphans: [], unmapped: [], others: [] })
  expect(Object.keys(loaded.sources)).toEqual(['midpoint-xml'])
  const names: Record<string, string>[] = parse(loaded.files['entitlements.csv'] ?? '', { columns: true })
  const role = (displayName: string) => `role:${inXml(displayName)}`
  expect(grantsOf(loaded.files)).toEqual(
    sorted(
      profiles.flatMap(({ displayName, members }) => members.map((person) => `${person.id} has ${role(displayName)}`)),
    ),
  )
  expect(loaded.memberships).toEqual(
    sorted(
      profiles.flatMap(({ displayName, entitlements }) =>
        entitlements.map(
          ({ applicationId, id }) => `midpoint ${role(displayName)} -> midpoint role:${applicationId}/${id}`,
        ),
      ),
    ),
  )
  for (const { displayName, description } of profiles)
    if (description !== '')
      expect(names.find(({ id }) => id === role(displayName))?.description).toBe(inXml(description))
})

test.each(['terraform-c1', 'terraform-sailpoint'])('%s: HCL has every text unchanged, and no template', (target) => {
  const resources = filesOf(target)
    .filter(({ name }) => name.endsWith('.tf') || name.endsWith('.optional'))
    .flatMap(({ name }) => readHcl(textOf(filesOf(target), name)))
  const texts = new Set(resources.flatMap(({ body }) => textsIn(body)))
  for (const { displayName, description, entitlements } of profiles)
    for (const text of [displayName, ...(description ? [description] : []), ...entitlements.map(({ id }) => id)])
      expect(texts).toContain(text)
})

test('terraform-c1: each profile is read back with the same entitlements in the same order, and the same rule', () => {
  const resources = readHcl(textOf(filesOf('terraform-c1'), 'profiles.tf'))
  for (const profile of profiles) {
    const name = `profile_${profile.id.replaceAll('-', '_')}`
    const of = (type: string) => resources.find(({ labels }) => labels[0] === type && labels[1] === name)?.body
    expect(of('conductorone_access_profile')).toEqual({
      display_name: profile.displayName,
      description: profile.description,
    })
    const reference = { reference: `conductorone_access_profile.${name}.id` }
    expect(of('conductorone_access_profile_requestable_entries')).toEqual({
      catalog_id: reference,
      app_entitlements: profile.entitlements.map(({ applicationId, id }) => ({ app_id: applicationId, id })),
    })
    expect(of('conductorone_bundle_automation')).toEqual(
      profile.celExpression === ''
        ? undefined
        : {
            request_catalog_id: reference,
            enabled: profile.automationEnabled,
            create_tasks: profile.createTasks,
            cel: { expression: profile.celExpression },
          },
    )
  }
})

test('terraform-sailpoint: every role has an owner, entitlements, and a rule or members', () => {
  const resources = readHcl(textOf(filesOf('terraform-sailpoint'), 'roles.tf')).filter(
    ({ type }) => type === 'resource',
  )
  expect(resources).toHaveLength(profiles.length)
  for (const [place, { body }] of resources.entries()) {
    const { entitlements, members, owner } = profiles[place] as PublishedProfile
    expect(body.owner).toEqual({ type: 'IDENTITY', id: owner?.id ?? { reference: 'var.default_owner_id' } })
    expect(body.entitlements).toEqual(entitlements.map(({ id }) => ({ type: 'ENTITLEMENT', id })))
    const { type, identities } = body.membership as Record<string, HclValue>
    if (type === 'IDENTITY_LIST') expect(identities).toEqual(members.map(({ id }) => ({ type: 'IDENTITY', id })))
    else expect(profiles[place]?.automationEnabled).toBe(true)
  }
})

test('Entra: every access package conforms to the schema of the resources', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../libs/targets/entra-access-packages.schema.json'), 'utf8'),
  )
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { uuid: /^[\da-f-]{36}$/ } })
  const validate = ajv.compile(schema)
  const document = JSON.parse(textOf(filesOf('entra'), 'access-packages.json'))
  expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
  expect(document.accessPackages).toHaveLength(profiles.length)
  const [ruled] = document.accessPackages
  expect(ruled.assignmentPolicies[0].specificAllowedTargets[0].membershipRule).toBe(
    '(user.department -eq "Engineering")',
  )
  expect(ruled.assignmentRequests).toEqual([])
  // The schema refuses what Graph would refuse.
  expect(validate({ accessPackages: [{ ...ruled, accessPackage: { displayName: 'x' } }] })).toBe(false)
})

test('CSV: the importer reads the rows back, and no cell is an active formula', () => {
  const rows = (name: string): Record<string, string>[] => parse(textOf(filesOf('csv'), name), { columns: true })
  expect(rows('access_profiles.csv').map(({ id }) => id)).toEqual(profiles.map(({ id }) => id))
  expect(rows('access_profile_entitlements.csv')).toEqual(
    profiles.flatMap((profile) =>
      profile.entitlements.map((one) => ({
        access_profile_id: profile.id,
        entitlement_id: withoutFormula(one.id),
        application_id: withoutFormula(one.applicationId),
      })),
    ),
  )
  expect(rows('access_profile_members.csv')).toHaveLength(profiles.flatMap(({ members }) => members).length)
  const cells = filesOf('csv').flatMap(({ name }) => rows(name).flatMap((row) => Object.values(row)))
  expect(cells.filter((cell) => /^[=+\-@\t\r].*[(|!]/s.test(cell))).toEqual([])
})

function withoutFormula(id: string): string {
  return /^[=+\-@].*[(|!]/s.test(id) ? `'${id}` : id
}

/** What XML cannot hold is one sign; blanks at the ends are none of the importer's. */
function inXml(text: string): string {
  const isHeld = (sign: string) => sign >= ' ' || '\t\n\r'.includes(sign)
  return [...text]
    .map((sign) => (isHeld(sign) ? sign : '\ufffd'))
    .join('')
    .normalize('NFC')
    .trim()
}

function textsIn(value: HclValue | HclBlock['body']): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object') return []
  return Object.values(value).flatMap(textsIn)
}

function withPlainIds(given: readonly PublishedProfile[]): readonly PublishedProfile[] {
  const plain = (text: string) => text.replaceAll(/[\p{C}\s]+/gu, '_')
  const met = new Map<PublishedPerson, PublishedPerson>()
  const person = (one: PublishedPerson) => {
    const known = met.get(one) ?? { ...one, id: plain(one.id) }
    met.set(one, known)
    return known
  }
  return given.map((profile, place) => ({
    ...profile,
    displayName: `${place} ${profile.displayName}`,
    owner: profile.owner && person(profile.owner),
    entitlements: profile.entitlements.map((one) => ({
      ...one,
      applicationId: plain(one.applicationId),
      id: plain(one.id),
    })),
    members: profile.members.map(person),
  }))
}

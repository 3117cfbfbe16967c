import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { blocks } from './access-files.ts'

/** Applications with separate logins, which mail addresses match with people. */
export const applicationMap = `map: 1
name: application
inputs:
  accounts: {glob: "accounts.csv", columns: [login, mail]}
  applications: {glob: "applications.csv", columns: [id, display_name]}
  entitlements: {glob: "entitlements.csv", columns: [id, application_id]}
  grants: {glob: "grants.csv", columns: [login, entitlement_id, application_id]}
accounts:
  - {from: accounts, application: application, id: login, email: mail, display_name: name}
applications:
  - {from: applications, id: id, display_name: display_name}
entitlements:
  - {from: entitlements, application: application_id, id: id, display_name: display_name, risk_level: risk_level}
grants:
  - from: grants
    application: application_id
    holder: {column: login, match: id, among: accounts}
    entitlement: entitlement_id
    granted_at: {column: granted_at, date: iso}
    last_used_at: {column: last_used_at, date: iso}
`

/** Splits the files of an import into those of sources: `hr` has the people, the others have applications and accounts. */
export async function writeSourceFiles(from: string, to: string, parts: number): Promise<void> {
  await mkdir(join(to, 'hr'), { recursive: true })
  await copyFile(join(from, 'identities.csv'), join(to, 'hr', 'identities.csv'))
  const people = (await linesOf(from, 'identities.csv')).map((line) => line.split(','))
  const entitlements = (await linesOf(from, 'entitlements.csv')).map((line) => line.split(','))
  const partOf = (entitlement = '') => Number(entitlement.slice(1)) % parts
  for (let part = 0; part < parts; part++) {
    const folder = join(to, `app${part}`)
    await mkdir(folder)
    await write(folder, 'applications.csv', ['id,display_name', `app${part},Application ${part}`])
    await write(folder, 'entitlements.csv', [
      'id,application_id,display_name,risk_level',
      ...entitlements
        .filter(([id]) => partOf(id) === part)
        .map(([id, , name, risk]) => `${id},app${part},${name},${risk}`),
    ])
    await write(folder, 'accounts.csv', [
      'login,mail,name,application',
      ...people.map(([id = '', name, mail]) => `${loginOf(part, id)},${mail},${name},app${part}`),
    ])
    await pipeline(
      async function* () {
        let block = ['login,entitlement_id,application_id,granted_at,last_used_at']
        for await (const line of createInterface({ input: createReadStream(join(from, 'grants.csv')) })) {
          const [person = '', entitlement = '', granted, used] = line.split(',')
          if (partOf(entitlement) !== part) continue
          if (block.push([loginOf(part, person), entitlement, `app${part}`, granted, used].join(',')) < 10_000) continue
          yield* blocks(block)
          block = []
        }
        yield* blocks(block)
      },
      createWriteStream(join(folder, 'grants.csv')),
    )
  }
}

/** A delivery of a source in which grants differ: half of the changes end one, half add one. */
export async function writeChangedGrants(folder: string, to: string, changes: number): Promise<void> {
  await mkdir(to)
  for (const name of ['accounts.csv', 'applications.csv', 'entitlements.csv']) {
    await copyFile(join(folder, name), join(to, name))
  }
  const grants = await linesOf(folder, 'grants.csv')
  const known = new Set(grants.map(pairOf))
  const entitlements = (await linesOf(folder, 'entitlements.csv')).map((line) => line.split(','))
  const each = Math.max(1, Math.floor(grants.length / (changes / 2)))
  const lines = grants.flatMap((line, at) => {
    if (at % each !== 0 || at / each >= changes / 2) return [line]
    const [login = '', , , granted] = line.split(',')
    const added = entitlements.find((_, n) => {
      const [id, application] = entitlements[(at + n) % entitlements.length] ?? []
      return !known.has(`${login},${id},${application}`)
    })
    const place = added === undefined ? 0 : entitlements.indexOf(added)
    const [id, application] = entitlements[(at + place) % entitlements.length] ?? []
    return [`${login},${id},${application},${granted},`]
  })
  await write(to, 'grants.csv', ['login,entitlement_id,application_id,granted_at,last_used_at', ...lines])
}

/** Half of the changes end a grant, half add one. */
export async function changeSetOf(folder: string, changes: number): Promise<object[]> {
  const grants = (await linesOf(folder, 'grants.csv')).slice(-changes).map((line) => line.split(','))
  const entitlements = (await linesOf(folder, 'entitlements.csv')).map((line) => line.split(','))
  return grants.map(([accountId, entitlementId, applicationId], at) =>
    at % 2 === 0
      ? { deleteGrant: { accountId, applicationId, entitlementId } }
      : { upsertGrant: { accountId, applicationId, entitlementId: entitlements[at % entitlements.length]?.[0] } },
  )
}

function loginOf(part: number, person: string): string {
  return `l${part}-${person}`
}

function pairOf(line: string): string {
  return line.split(',').slice(0, 3).join(',')
}

async function linesOf(folder: string, name: string): Promise<string[]> {
  return (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n').slice(1)
}

function write(folder: string, name: string, lines: readonly string[]): Promise<void> {
  return writeFile(join(folder, name), `${lines.join('\n')}\n`)
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SnapshotParts } from '@assay/mining'
import { sharedData } from '../../shared-data.ts'
import { dictionaryOf } from './organisation-draft.ts'
import { partsOf } from './sparse-approvals.ts'

/**
 * Published approvals (columns ACTION, RESOURCE and facts of the employee), if they are in the shared data. All approvals with the same
 * facts belong to one person.
 */
export function publishedApprovals(): SnapshotParts | undefined {
  if (!existsSync(sharedData)) return undefined
  const folder = readdirSync(sharedData).find((name) => existsSync(join(sharedData, name, 'train.csv')))
  if (folder === undefined) return undefined
  const [header, ...lines] = readFileSync(join(sharedData, folder, 'train.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
  const keys = header!.split(',')
  if (keys[0] !== 'ACTION' || keys[1] !== 'RESOURCE') return undefined
  const people = new Map<string, number>()
  const resources = new Map<string, number>()
  const identity: number[] = []
  const entitlement: number[] = []
  for (const line of lines) {
    const [action, resource, ...facts] = line.split(',')
    if (action !== '1') continue
    const person = facts.join(',')
    if (!people.has(person)) people.set(person, people.size)
    if (!resources.has(resource!)) resources.set(resource!, resources.size)
    identity.push(people.get(person)!)
    entitlement.push(resources.get(resource!)!)
  }
  const facts = [...people.keys()].map((person) => person.split(','))
  const attributes = keys.slice(2).map((key, k) =>
    dictionaryOf(
      key.toLowerCase(),
      facts.map((values) => values[k]!),
    ),
  )
  return partsOf(people.size, resources.size, { identity, entitlement }, attributes)
}

import { attributeOf, joinedValues, listName, valuesUnder } from '../list-attributes.ts'
import { applicationFields, entitlementFields, personFields } from '../map/map-members.ts'
import type { Composition } from './compose.ts'
import { CsvSlices } from './csv-text.ts'
import type { Person } from './directory.ts'
import { isPlaceholder } from './key-index.ts'

interface NativeFile {
  readonly name: string
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/**
 * The files of an import with the composed records. They must be read to their ends in this order: grants may add people and
 * entitlements, which the other files then contain, and nested groups come from grants.
 */
export function* nativeFiles(composition: Composition): Generator<NativeFile, void, undefined> {
  yield { name: 'grants.csv', content: composition.grants() }
  yield* filesBesideGrants(composition)
}

/** The same files after all grants have been read. */
export function* filesBesideGrants(composition: Composition): Generator<NativeFile, void, undefined> {
  if (composition.directory.memberships.length > 0) {
    yield { name: 'memberships.csv', content: membershipLines(composition) }
  }
  if (composition.hasUsage) yield { name: 'usage.csv', content: composition.usage() }
  yield { name: 'identities.csv', content: identityLines(composition) }
  yield { name: 'applications.csv', content: applicationLines(composition) }
  yield { name: 'entitlements.csv', content: entitlementLines(composition) }
}

function* identityLines({ directory, warnings }: Composition): Generator<Uint8Array, void, undefined> {
  const attributes = attributeColumns(directory.people)
  const slices = new CsvSlices()
  slices.add(['id', ...personFields, 'manager_id', ...attributes.map(({ header }) => header)])
  const unknown: string[] = []
  for (const person of directory.people) {
    const manager = managerOf(person)
    slices.add([
      person.id,
      ...personFields.map((field) => person.fields[field] ?? ''),
      manager,
      ...attributes.map(({ cellOf }) => cellOf(person)),
    ])
    const slice = slices.full()
    if (slice !== undefined) yield slice
  }
  if (unknown.length > 0) {
    const examples = unknown
      .slice(0, 3)
      .map((value) => JSON.stringify(value))
      .join(', ')
    warnings.push(`${unknown.length} people have a manager who is not among them (${examples}); kept as it is written`)
  }
  const rest = slices.rest()
  if (rest !== undefined) yield rest

  function managerOf({ manager, source }: Person): string {
    if (manager === undefined || isPlaceholder(manager.value)) return ''
    const own = directory.personOf(source, manager.value)
    const keys = manager.match.length > 0 ? manager.match : managerKeys
    if (own !== undefined && keys.includes('id')) return directory.people[own]?.id ?? manager.value
    const found = directory.personKeys.findBy(keys, manager.value)
    if (found.kind === 'one') return directory.people[found.ordinal]?.id ?? manager.value
    unknown.push(manager.value)
    return manager.value
  }
}

/**
 * Columns by their headers. An attribute that is a list in one source and a text in another is a list; the first source with a
 * value wins.
 */
function attributeColumns(people: readonly Person[]) {
  const all = [...new Set(people.flatMap((person) => Object.keys(person.attributes)))].sort()
  return [...Map.groupBy(all, attributeOf)].map(([attribute, names]) => {
    const [name = attribute] = names
    if (names.length === 1) return { header: name, cellOf: ({ attributes }: Person) => attributes[name] ?? '' }
    return {
      header: listName(attribute),
      cellOf: ({ attributes }: Person) => {
        const own = Object.keys(attributes).find((one) => names.includes(one) && attributes[one])
        return own === undefined ? '' : joinedValues(valuesUnder(own, attributes[own] ?? ''))
      },
    }
  })
}

const managerKeys = ['id', 'email', 'user_name', 'dn', 'display_name']

function* membershipLines({ directory }: Composition): Generator<Uint8Array, void, undefined> {
  const slices = new CsvSlices()
  slices.add(['holder_entitlement_id', 'holder_application_id', 'entitlement_id', 'application_id'])
  const { entitlements } = directory
  for (const { member, group } of directory.memberships) {
    const [holder, held] = [entitlements[member], entitlements[group]]
    if (holder === undefined || held === undefined) continue
    slices.add([holder.id, holder.application, held.id, held.application])
    const slice = slices.full()
    if (slice !== undefined) yield slice
  }
  const rest = slices.rest()
  if (rest !== undefined) yield rest
}

function* applicationLines({ directory }: Composition): Generator<Uint8Array, void, undefined> {
  const slices = new CsvSlices()
  slices.add(['id', ...applicationFields])
  for (const { id, fields } of directory.applications) {
    slices.add([id, ...applicationFields.map((field) => fields[field] ?? '')])
    const slice = slices.full()
    if (slice !== undefined) yield slice
  }
  const rest = slices.rest()
  if (rest !== undefined) yield rest
}

function* entitlementLines({ directory }: Composition): Generator<Uint8Array, void, undefined> {
  const slices = new CsvSlices()
  slices.add(['id', 'application_id', ...entitlementFields])
  for (const { id, application, fields } of directory.entitlements) {
    slices.add([id, application, ...entitlementFields.map((field) => fields[field] ?? '')])
    const slice = slices.full()
    if (slice !== undefined) yield slice
  }
  const rest = slices.rest()
  if (rest !== undefined) yield rest
}

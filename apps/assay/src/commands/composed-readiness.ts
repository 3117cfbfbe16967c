import {
  type Found,
  FoundList,
  identityStatuses,
  identityTypes,
  isPlaceholder,
  listsFrom,
  measureReadiness,
  rowsFromGrants,
  type SnapshotAttribute,
  type SnapshotParts,
  snapshotOf,
} from '@assay/mining'
import { type ReadinessReport, readinessReport } from '@assay/role-mining'
import { attributeOf, type Composition, isListName, type KeptGrants, listProposals, valuesOf } from '@assay/sources'

/**
 * The readiness of files that are not loaded, by the same measures as for loaded data. All grants must have been read before; undefined
 * when they were too many for the memory.
 */
export function composedReadiness(composition: Composition, now = new Date()): ReadinessReport | undefined {
  const grants = composition.holdings.kept()
  if (grants === undefined) return undefined
  const { directory, usageThrough } = composition
  const { people, entitlements, memberships, orphans } = directory
  const today = Math.floor(now.getTime() / 86_400_000)
  const measured = measureReadiness(snapshotOf(snapshotParts(composition, grants)), {
    today,
    memberships: {
      holder: Uint32Array.from(memberships, ({ member }) => member),
      entitlement: Uint32Array.from(memberships, ({ group }) => group),
    },
  })
  const links = (reason: string) => {
    const list = new FoundList<string>()
    for (const { value, reason: why, candidates } of orphans.values()) {
      if (why !== reason) continue
      list.add(candidates.length === 0 ? value : `${value} (${candidates.slice(0, 3).join(' or ')})`)
    }
    return list.found()
  }
  const undescribed = new FoundList<string>()
  if (entitlements.some(({ isDescribed }) => isDescribed)) {
    for (const { isDescribed, application, id } of entitlements)
      if (!isDescribed) undescribed.add(`${application} ${id}`)
  }
  const facts = {
    today,
    usageThrough: usageThrough === '' ? undefined : usageThrough,
    repeatedAddresses: repeated(composition, 'email'),
    repeatedNames: repeated(composition, 'display_name'),
    orphans: links('unknown'),
    ambiguousLinks: links('ambiguous'),
    conflictingLinks: conflicts(composition),
    undescribed: undescribed.found(),
    listLike: listLike(composition),
  }
  return readinessReport(measured, facts, {
    person: (ordinal) => {
      const { id = '', fields = {} } = people[ordinal] ?? {}
      const name = fields.display_name ?? ''
      return name === '' || name === id ? id : `${id} (${name})`
    },
    entitlement: (ordinal) => `${entitlements[ordinal]?.application} ${entitlements[ordinal]?.id}`,
  })
}

/** The parts of a snapshot, as an import of the same data makes them. */
function snapshotParts({ directory }: Composition, grants: KeptGrants): SnapshotParts {
  const { people, entitlements, applications } = directory
  const ordinals = new Map(applications.map(({ id }, ordinal) => [id, ordinal]))
  const custom = [...new Set(people.flatMap(({ attributes }) => Object.keys(attributes)))].sort()
  const count = (length: number) => Int32Array.from({ length }, (_, ordinal) => ordinal)
  return {
    identityKey: count(people.length),
    entitlementKey: count(entitlements.length),
    applicationKey: count(applications.length),
    entitlementApplication: Int32Array.from(entitlements, ({ application }) => ordinals.get(application) ?? 0),
    ...rowsFromGrants(
      { identityCount: people.length, entitlementCount: entitlements.length },
      { identity: grants.person, entitlement: grants.entitlement, lastUsedDay: grants.lastUsedDay },
    ),
    identityStatus: Uint8Array.from(people, ({ fields }) => numberOf(identityStatuses, fields.status)),
    identityType: Uint8Array.from(people, ({ fields }) => numberOf(identityTypes, fields.type)),
    attributes: [
      ...['department', 'job_title'].map((key) => single(people, key, ({ fields }) => fields[key])),
      single(people, 'manager', ({ manager }) => manager?.value),
      ...['employment_type', 'employment_status'].map((key) => single(people, key, ({ fields }) => fields[key])),
      single(people, 'directory_status', ({ fields }) => fields.status || 'enabled'),
      ...custom.map((name) => (isListName(name) ? list(people, name) : single(people, name, textOf(name)))),
    ],
  }
}

/** Accounts for which the rules match different people. */
function conflicts({ directory }: Composition): Found<string> {
  const list = new FoundList<string>()
  const idOf = (person: number) => directory.people[person]?.id ?? ''
  for (const { account, other } of directory.conflicts) {
    const { application = '', id = '', person = -1 } = directory.accounts[account] ?? {}
    list.add(`${application} ${id} (${idOf(person)} or ${idOf(other)})`)
  }
  return list.found()
}

type Person = Composition['directory']['people'][number]
type TextOf = (person: Person) => string | undefined

const textOf =
  (name: string): TextOf =>
  ({ attributes }) =>
    attributes[name]

function single(people: readonly Person[], key: string, text: TextOf): SnapshotAttribute {
  const dictionary = new Dictionary()
  const column = Int32Array.from(people, (person) => {
    const value = text(person) ?? ''
    return value === '' ? -1 : dictionary.ordinalOf(value)
  })
  return { key, values: dictionary.values(), column }
}

function list(people: readonly Person[], name: string): SnapshotAttribute {
  const dictionary = new Dictionary()
  const rows = people.map((person) => valuesOf(textOf(name)(person) ?? '').map((value) => dictionary.ordinalOf(value)))
  return { key: attributeOf(name), values: dictionary.values(), lists: listsFrom(rows) }
}

/** Numbers values in the order of their first occurrence. */
class Dictionary {
  readonly #ordinals = new Map<string, number>()

  ordinalOf(value: string): number {
    const ordinal = this.#ordinals.get(value) ?? this.#ordinals.size
    this.#ordinals.set(value, ordinal)
    return ordinal
  }

  values(): string[] {
    return [...this.#ordinals.keys()]
  }
}

/** Attributes whose values look like lists although the header does not declare them. */
function listLike({ directory }: Composition): Found<string> {
  const names = new Set(directory.people.flatMap(({ attributes }) => Object.keys(attributes)))
  const counts = new Map(
    [...names].filter((name) => !isListName(name)).map((name) => [name, new Map<string, number>()]),
  )
  for (const { attributes } of directory.people) {
    for (const [name, of] of counts) {
      const value = attributes[name] ?? ''
      if (value !== '') of.set(value, (of.get(value) ?? 0) + 1)
    }
  }
  const found = new FoundList<string>()
  for (const proposal of listProposals(counts)) found.add(proposal)
  return found.found()
}

/** An absent value has the first number, which means enabled or human. */
function numberOf(numbers: Readonly<Record<string, number>>, name: string | undefined): number {
  return numbers[name ?? ''] ?? 0
}

/** Values that several people have; they are folded as the directory folds imported values. */
function repeated({ directory }: Composition, field: string): Found<string> {
  const counts = new Map<string, number>()
  for (const { fields } of directory.people) {
    const text = (fields[field] ?? '').normalize('NFC').trim().toLowerCase()
    const isPresent = fields.status !== 'deleted' && (fields.type || 'human') === 'human'
    if (isPresent && text !== '' && !isPlaceholder(text)) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const list = new FoundList<string>()
  const found = [...counts].filter(([, people]) => people > 1)
  for (const [text, people] of found.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))) {
    list.add(`${text} (${people} people)`)
  }
  return list.found()
}

import { shown } from '../faults.ts'
import { looseName } from '../header.ts'
import { isListName, joinedValues, valuesOf } from '../list-attributes.ts'
import { type AccountRule, type Described, type PersonFields, RowFault } from '../map/map.ts'
import { personFields } from '../map/map-members.ts'
import type { Row } from '../row.ts'
import type { SecretColumns } from '../secret-columns.ts'
import { isMembers, listOf, textOf } from '../value.ts'
import { countChange } from './count-change.ts'
import type { AccountDetails, Addition, Directory, Person, Place } from './directory.ts'
import type { Leavers } from './leavers.ts'
import { fieldText, fieldTexts, idText, namedTexts } from './record-values.ts'
import { statusOf, typeOf } from './words.ts'

export function describe(row: Row, rule: PersonFields, secrets: SecretColumns, leavers: Leavers): Described {
  const known = rule.described?.(row, secrets)
  if (known !== undefined) return known
  const fields = fieldTexts(row, rule.fields)
  const hasStatus = (fields.status ?? '') !== ''
  fields.status = !hasStatus && leavers.hasLeft(row, rule) ? 'disabled' : statusOf(fields.status ?? '')
  fields.type = typeOf(fields.type ?? '')
  if (rule.firstWins) givesWay(fields)
  const attributes = fieldTexts(row, rule.attributes)
  if (rule.takesOtherColumns) addOtherColumns(row, rule, attributes, secrets)
  if (rule.attributesFrom !== undefined) addMembers(row, rule, rule.attributesFrom, attributes, secrets)
  const manager = rule.manager === undefined ? '' : textOf(rule.manager.value(row)).trim()
  return {
    id: idText(rule.id(row), row.nameOf(rule.idColumn)),
    place: { part: row.part, at: row.at },
    fields,
    attributes,
    keys: fieldTexts(row, rule.keys),
    manager: manager === '' ? undefined : { value: manager, match: rule.manager?.match ?? [] },
  }
}

/** Names that attributes cannot have, since they are fields of a person. */
export const taken = new Set(['manager', 'directory_status', 'id', 'manager_id', ...personFields])

function addOtherColumns(
  row: Row,
  { mentioned, attributeColumns }: PersonFields,
  attributes: Record<string, string>,
  secrets: SecretColumns,
): void {
  for (const column of row.columns()) {
    const name = looseName(column)
    const attribute = attributeColumns.get(name)
    const isRead = attribute === undefined ? mentioned.has(name) : row.nameOf(attribute) === column
    if (isRead || secrets.leavesOutUnnamed(row.part, column)) continue
    const text = fieldText(row.get(column))
    if (text !== '') attributes[attributeName(column)] = text
  }
}

function addMembers(
  row: Row,
  { mentioned }: PersonFields,
  from: string,
  attributes: Record<string, string>,
  secrets: SecretColumns,
): void {
  for (const object of listOf(row.get(from))) {
    if (!isMembers(object)) continue
    for (const [name, value] of Object.entries(object)) {
      if (mentioned.size > 0 && mentioned.has(looseName(`${from}.${name}`))) continue
      if (secrets.leavesOutUnnamed(row.part, name)) continue
      const text = fieldText(value)
      if (text !== '') attributes[attributeName(name)] = text
    }
  }
}

function attributeName(column: string): string {
  return taken.has(column) ? `${column}_` : column
}

/** Adds a row about a person: to the person's record if there is one, else as a new record. Returns the ordinal. */
export function addPerson(
  directory: Directory,
  source: string,
  row: Row,
  rule: PersonFields,
  secrets: SecretColumns,
  leavers: Leavers,
): number {
  const described = describe(row, rule, secrets, leavers)
  const before = directory.personOf(source, described.id)
  if (before === undefined) return addDescribed(directory, source, described)
  const person = directory.people[before]
  const changed = () => countChange(directory.personChanges, before)
  if (person !== undefined) {
    // Rows of one source must agree with each other, but not with earlier sources.
    const addition = directory.additionOf(source, described.id)
    const known = addition ?? person
    unite(known, described, rule, () => `the identity ${shown(described.id)}`, changed)
    if (addition !== undefined) complete(person, addition)
    if (person.manager === undefined && described.manager !== undefined) {
      person.manager = described.manager
      changed()
    }
  }
  addKeys(directory, before, described)
  return before
}

export function addDescribed(
  directory: Directory,
  source: string,
  described: Pick<Described, 'id' | 'place' | 'fields' | 'attributes' | 'keys'> & Partial<Pick<Described, 'manager'>>,
  isDerived = false,
): number {
  const { id, place, fields, attributes } = described
  const known = knownPerson(directory, source, described)
  const ordinal =
    known ?? directory.addPerson({ id, source, place, fields, attributes, manager: described.manager, isDerived })
  if (known !== undefined) {
    const person = directory.people[known]
    // The first source with a value wins.
    if (person !== undefined) {
      const addition = {
        place,
        fields,
        attributes,
        filledFields: new Set<string>(),
        filledAttributes: new Set<string>(),
      }
      // What only accounts say of a person's state is said by those that describe the person.
      if (isDerived && person.isDerived && !describes(person.fields) && describes(fields)) {
        person.fields = namedTexts({ ...person.fields, status: '', type: '' })
      }
      complete(person, addition)
      directory.keepAddition(source, id, addition)
      person.manager ??= described.manager
      countChange(directory.personChanges, known)
    }
    directory.nameBySource(source, id, known)
  }
  addKeys(directory, ordinal, described)
  return ordinal
}

/** The fields of an account that describe its person, beside the login and the state. */
const describing = ['display_name', 'email', 'department', 'job_title', 'employment_type', 'employment_status'] as const

export function describes(fields: Readonly<Record<string, string>>): boolean {
  return describing.some((name) => fields[name])
}

/** A person of an earlier source with the same mail address, user name or id. A value that several people share matches none. */
function knownPerson(
  directory: Directory,
  source: string,
  { id, fields }: Pick<Described, 'id' | 'fields'>,
): number | undefined {
  if (!directory.hasPeopleOfOthers(source)) return undefined
  for (const [key, value] of [
    ['email', fields.email],
    ['user_name', fields.username],
    ['id', id],
  ] as const) {
    if (value === undefined || value === '') continue
    const found = directory.personKeys.find(key, value)
    if (found.kind !== 'one') continue
    const person = directory.people[found.ordinal]
    if (person === undefined || person.source === source) continue
    // The same id with another mail address is another person who has the same id by chance.
    if (key === 'id' && contradicts(person.fields.email, fields.email)) continue
    return found.ordinal
  }
  return undefined
}

function contradicts(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one.toLowerCase() !== other.toLowerCase()
}

/** Fills the values of a person that earlier sources do not have. */
function complete(person: Person, { fields, attributes, filledFields, filledAttributes }: Addition): void {
  fill(person.fields, fields, filledFields)
  fill(person.attributes, attributes, filledAttributes)
}

/** @param filled names whose values come only from this source, and change with it */
function fill(into: Record<string, string>, from: Readonly<Record<string, string>>, filled: Set<string>): void {
  for (const [name, value] of Object.entries(from)) {
    if (into[name] && !filled.has(name)) continue
    into[name] = value
    filled.add(name)
  }
}

export function addKeys(
  directory: Directory,
  ordinal: number,
  { id, fields, keys }: Pick<Described, 'id' | 'fields' | 'keys'>,
): void {
  const { personKeys } = directory
  // The person's own id is already a key.
  if (directory.people[ordinal]?.id !== id) personKeys.add('id', id, ordinal)
  if (fields.email) personKeys.add('email', fields.email, ordinal)
  if (fields.username) personKeys.add('user_name', fields.username, ordinal)
  if (fields.display_name) personKeys.add('display_name', fields.display_name, ordinal)
  for (const [key, value] of Object.entries(keys)) personKeys.add(key, value, ordinal)
}

/** Returns the ordinal of the account. */
export function addAccount(
  directory: Directory,
  source: string,
  row: Row,
  rule: AccountRule,
  secrets: SecretColumns,
  leavers: Leavers,
): number {
  const described = describe(row, rule, secrets, leavers)
  const application = idText(rule.application(row), 'application')
  const value = rule.identity === undefined ? '' : textOf(rule.identity.value(row)).trim()
  const { id, place, fields, attributes, keys } = described
  const identity = rule.identity === undefined ? undefined : { value, match: rule.identity.match }
  const before = directory.accountOf(source, application, id)
  if (before !== undefined) {
    const known = directory.accounts[before]
    const changed = () => countChange(directory.accountChanges, before)
    if (known?.details !== undefined) {
      const { details } = known
      details.attributes = ownAttributes(details)
      unite({ place: known.place, ...details }, described, rule, () => `the account ${shown(id)}`, changed)
      if (!details.identity?.value) {
        details.identity = identity
        if (identity?.value) changed()
      }
    }
    addAccountKeys(directory, before, source, described)
    return before
  }
  const ordinal = directory.addAccount({
    source,
    application,
    id,
    place,
    details: { fields, attributes: isEmpty(attributes) ? noAttributes : attributes, keys, identity },
    name: '',
    isDisabled: false,
    standsForPerson: rule.standsForPerson ?? false,
    person: -1,
    rule: undefined,
  })
  directory.addApplication(application)
  addAccountKeys(directory, ordinal, source, described)
  return ordinal
}

/** Shared by most accounts: one object for half a million of them. */
const noAttributes: Record<string, string> = Object.freeze(namedTexts())

/** The attributes of an account as an object that can be changed. */
export function ownAttributes({ attributes }: AccountDetails): Record<string, string> {
  return attributes === noAttributes ? namedTexts() : attributes
}

function isEmpty(texts: Readonly<Record<string, string>>): boolean {
  for (const _ in texts) return false
  return true
}

function addAccountKeys(
  { accountKeys }: Directory,
  ordinal: number,
  source: string,
  { id, keys }: Pick<Described, 'id' | 'keys'>,
): void {
  for (const key of Object.keys(keys)) if (key !== 'id') accountKeys.add(`${source} ${key}`, keys[key] ?? '', ordinal)
  accountKeys.add(`${source} id`, id, ordinal)
}

/** The fields of the records that only rules with `first: wins` have described. */
const givingWay = new WeakSet<object>()

export function givesWay(fields: Readonly<Record<string, string>>): void {
  givingWay.add(fields)
}

type UnitingRule = Pick<PersonFields, 'lastWins' | 'firstWins' | 'fields'> &
  Partial<Pick<PersonFields, 'lastDay' | 'described'>>

/** Whether a value is only the default, because the rule has no expression for it: it does not change what another rule says. */
function isDefault({ fields, lastDay, described }: UnitingRule, name: string): boolean {
  if (described !== undefined) return false
  if (name === 'status') return !fields.has('status') && lastDay === undefined
  return name === 'type' && !fields.has('type')
}

/**
 * Combines two rows of one record: values that both have must be equal, unless a rule says which one wins, and lists are united.
 * @param changed called for each change of the record
 * @throws RowFault that names both rows
 */
export function unite(
  known: {
    readonly place: Place
    readonly fields: Record<string, string>
    readonly attributes?: Record<string, string>
  },
  given: {
    readonly place: Place
    readonly fields: Readonly<Record<string, string>>
    readonly attributes?: Readonly<Record<string, string>>
  },
  rule: UnitingRule,
  what: () => string,
  changed: () => void,
): void {
  const gaveWay = !rule.firstWins && givingWay.delete(known.fields)
  // Later faults name the row whose values stay.
  if (gaveWay) Object.assign(known.place, given.place)
  for (const [into, from] of [
    [known.fields, given.fields],
    [known.attributes ?? {}, given.attributes ?? {}],
  ] as const) {
    for (const [name, value] of Object.entries(from)) {
      const before = into[name]
      // Most rows repeat the values of earlier rows.
      if (before === value) continue
      if (before !== undefined && isDefault(rule, name)) continue
      if (before && rule.firstWins) continue
      if (before === undefined || before === '' || rule.lastWins || gaveWay) {
        into[name] = value
        changed()
      } else if (isListName(name)) {
        into[name] = joinedValues([...valuesOf(before), ...valuesOf(value)])
        if (into[name] !== before) changed()
      } else {
        const differing = [...namesThatDiffer(known.fields, given.fields, rule)]
        const attributes = [...namesThatDiffer(known.attributes ?? {}, given.attributes ?? {}, rule)]
        const others = [...differing, ...attributes].filter((other) => other !== name)
        const other = `${known.place.part}:${known.place.at}`
        throw new RowFault(
          name,
          `${what()} has ${shown(value)} here and ${shown(before)} in ${other}${
            others.length > 0 ? ` (also different: ${others.join(', ')})` : ''
          }; keep one of the rows, or load with a map that says "first: wins"${
            attributes.length > 0 ? ' or makes the attribute a list' : ''
          }`,
        )
      }
    }
  }
}

/** The names of those values that stop two rows from being one record. */
function* namesThatDiffer(
  known: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
  rule: UnitingRule,
): Generator<string> {
  for (const [name, value] of Object.entries(given)) {
    const before = known[name]
    if (before && before !== value && !isDefault(rule, name) && !isListName(name)) yield name
  }
}

import type { Composition } from '../compose/compose.ts'
import type { Person } from '../compose/directory.ts'
import { isPlaceholder } from '../compose/key-index.ts'
import { attributeOf, isListName, valuesOf } from '../list-attributes.ts'
import { folded } from '../value.ts'
import { listProposals } from './list-proposals.ts'

/** What the data are good for: how well each attribute is filled, and findings that deserve a look. */
export interface Readiness {
  readonly attributes: readonly AttributeReadiness[]
  /** Findings with something to do, in the order of what they spoil most. */
  readonly findings: readonly Finding[]
}

interface AttributeReadiness {
  readonly name: string
  /** People with a value, placeholders left out. */
  readonly filled: number
  /** Of 100 people. */
  readonly filledPercent: number
  /** Values, those that differ by case or blanks counted once. */
  readonly values: number
}

interface Finding {
  readonly name: string
  readonly count: number
  readonly examples: readonly string[]
  readonly advice: string
}

/** Of a composition whose grants have been read to the end. */
export function readinessOf({ directory, holdings }: Composition): Readiness {
  const { people, entitlements, orphans, accounts } = directory
  const attributes = attributesOf(people)
  const enabled = people
    .map((person, ordinal) => ({ person, ordinal }))
    .filter(({ person }) => person.fields.status !== 'disabled')
  const all = [...orphans.values()]
  const named = (ordinal: number) => entitlements[ordinal]?.id ?? ''
  const held = entitlements.map((_, ordinal) => ({ ordinal, holders: holdings.holders(ordinal) }))
  const isGroupOnly = new Set(directory.memberships.flatMap(({ member, group }) => [member, group]))
  const findings = [
    finding(
      'orphans',
      all.filter(({ reason }) => reason === 'unknown').map(({ value }) => value),
      'no person has this id; add the people, or a key that names them. Their access is not mined',
    ),
    finding(
      'ambiguous',
      all
        .filter(({ reason }) => reason === 'ambiguous')
        .map(({ value, candidates }) => `${value} (${candidates.slice(0, 3).join(', ')})`),
      'several people have this key; give each person a different one',
    ),
    finding(
      'people without access',
      enabled.filter(({ ordinal }) => !holdings.hasAccess(ordinal)).map(({ person }) => person.id),
      'they count as people who hold nothing; leave them out of the file if their access is elsewhere',
    ),
    finding(
      'disabled people with access',
      people
        .filter((person, ordinal) => person.fields.status === 'disabled' && holdings.hasAccess(ordinal))
        .map(({ id }) => id),
      'remove their access where it comes from; they are not mined',
    ),
    finding(
      'entitlements held by no one directly',
      held
        .filter(({ ordinal, holders }) => holders === 'none' && !isGroupOnly.has(ordinal))
        .map(({ ordinal }) => named(ordinal)),
      'nothing can be mined of them',
    ),
    finding(
      'entitlements held by one',
      held.filter(({ holders }) => holders === 'one').map(({ ordinal }) => named(ordinal)),
      'no role needs them',
    ),
    finding(
      'entitlements without a description',
      entitlements.length === 0 || entitlements.every(({ isDescribed }) => !isDescribed)
        ? []
        : entitlements.filter(({ isDescribed }) => !isDescribed).map(({ id }) => id),
      'only grants name them; a misspelt id looks like this',
    ),
    finding(
      'people with the same mail address',
      repeated(people, 'email'),
      'one person may be here twice, or a mailbox is shared',
    ),
    finding('people with the same name', repeated(people, 'display_name'), 'look whether they are one person'),
    ...attributeFindings(people),
    finding(
      'cells that look like lists',
      listProposals(textsByAttribute(people)),
      'each is one value as it is; name the column as shown, or give the map a "split", and each part is a value',
    ),
    finding(
      'attributes with hardly two people of one value',
      attributes.filter(({ filled, values }) => filled >= 10 && values > filled * 0.9).map(({ name }) => name),
      'they describe no group of people',
    ),
    finding(
      'attributes with one value',
      attributes.filter(({ filled, values }) => filled >= 2 && values === 1).map(({ name }) => name),
      'they tell no one apart',
    ),
  ]
  const withoutPerson = accounts.filter(({ person }) => person < 0).length
  const accountFinding: Finding[] =
    withoutPerson > 0 && all.length === 0
      ? [{ name: 'accounts without a person', count: withoutPerson, examples: [], advice: 'see orphans' }]
      : []
  return { attributes, findings: [...findings, ...accountFinding].filter(({ count }) => count > 0) }
}

const shownExamples = 3

function finding(name: string, found: readonly string[], advice: string): Finding {
  return { name, count: found.length, examples: found.slice(0, shownExamples), advice }
}

/** Fields that describe groups of people, and all attributes. */
const described = ['department', 'job_title', 'employment_type', 'employment_status'] as const

/** By attribute each value and how many people have it, of a list each of its values. */
function textsByAttribute(people: readonly Person[]): Map<string, Map<string, number>> {
  const names = new Set([...described, ...people.flatMap(({ attributes }) => Object.keys(attributes))])
  const values = new Map([...names].map((name) => [name, new Map<string, number>()]))
  for (const { fields, attributes } of people) {
    for (const [name, counts] of values) {
      const value = fields[name] ?? attributes[name] ?? ''
      for (const each of isListName(name) ? valuesOf(value) : [value]) {
        if (each !== '') counts.set(each, (counts.get(each) ?? 0) + 1)
      }
    }
  }
  return values
}

function attributesOf(people: readonly Person[]): AttributeReadiness[] {
  return [...textsByAttribute(people)].flatMap(([name, counts]) => {
    const real = [...counts].filter(([value]) => !isPlaceholder(value))
    const isFilled = ({ attributes }: Person) => valuesOf(attributes[name] ?? '').some((value) => !isPlaceholder(value))
    const filled = isListName(name) ? people.filter(isFilled).length : real.reduce((sum, [, count]) => sum + count, 0)
    if (counts.size === 0) return []
    const values = new Set(real.map(([value]) => loose(value))).size
    return [
      {
        name: attributeOf(name),
        filled,
        filledPercent: Math.round((100 * filled) / Math.max(1, people.length)),
        values,
      },
    ]
  })
}

function attributeFindings(people: readonly Person[]): Finding[] {
  const placeholders: string[] = []
  const variants: string[] = []
  for (const [key, counts] of textsByAttribute(people)) {
    const name = attributeOf(key)
    const spelt = new Map<string, string>()
    for (const value of counts.keys()) {
      if (isPlaceholder(value)) placeholders.push(`${name} "${value}" (${counts.get(value)})`)
      const other = spelt.get(loose(value))
      if (other === undefined) spelt.set(loose(value), value)
      else variants.push(`${name} "${other}" and "${value}"`)
    }
  }
  return [
    finding('placeholders', placeholders, 'leave the cell empty; as it is, people who lack the value form a group'),
    finding(
      'values that differ by case or blanks',
      variants,
      'they count as one value, spelt as most people have it; write them alike',
    ),
  ]
}

function loose(value: string): string {
  return folded(value).replaceAll(/\s+/g, ' ')
}

function repeated(people: readonly Person[], field: string): string[] {
  const counts = new Map<string, number>()
  for (const { fields } of people) {
    const value = folded(fields[field] ?? '')
    if (value !== '' && !isPlaceholder(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > 1).map(([value, count]) => `${value} (${count})`)
}

import type { Criteria, Match } from './criteria.ts'

/** A person of the tests, with what it holds as `application/entitlement`. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly user: string
  readonly dept: string
  readonly title: string
  readonly manager: string
  readonly custom: Readonly<Record<string, string>>
  readonly held: readonly string[]
  readonly status?: 'disabled'
}

const entitlementNames: Readonly<Record<string, string>> = {
  read: 'Reader',
  admin: 'Admin of accounts',
  box: 'Mailbox',
  all_staff: 'All staff',
}
const inProfile = ['p2', 'p4']

/** Criteria asked of one person, the slow and obvious way: only what the property test writes. */
export function passes(criteria: Criteria, person: Person, everybody: readonly Person[]): boolean {
  switch (criteria.kind) {
    case 'and':
      return criteria.of.every((part) => passes(part, person, everybody))
    case 'or':
      return criteria.of.some((part) => passes(part, person, everybody))
    case 'not':
      return !passes(criteria.of, person, everybody)
    case 'element':
      return elementsOf(person).some((element) => elementPasses(criteria.of, element))
    case 'field':
      return valuesOf(criteria.field, person, everybody).some((value) => isMatch(value, criteria.match))
  }
}

function elementPasses(criteria: Criteria, element: Readonly<Record<string, string>>): boolean {
  if (criteria.kind !== 'field') throw new Error('the tests ask elements for one field')
  return isMatch(element[criteria.field] ?? '', criteria.match)
}

function elementsOf(person: Person): Record<string, string>[] {
  const granted = person.held.map((held) => {
    const [source, value] = held.split('/')
    return { 'source.id': source, value, name: entitlementNames[value] }
  })
  return inProfile.includes(person.id) ? [...granted, { name: 'Staff basics' }] : granted
}

function valuesOf(field: string, person: Person, everybody: readonly Person[]): (string | number | boolean)[] {
  const texts = [person.id, person.user, person.name, person.dept, person.title, person.manager]
  const sources = [...new Set(person.held.map((held) => held.split('/')[0]))]
  switch (field) {
    case '*':
      return [...texts, ...Object.values(person.custom)]
    case 'id':
      return [person.id]
    case 'name':
      return [person.user, person.name]
    case 'displayName':
      return [person.name]
    case 'attributes.department':
      return [person.dept]
    case 'attributes.jobTitle':
      return [person.title]
    case 'manager.name':
      return everybody.filter(({ id }) => id === person.manager).flatMap(({ user, name }) => [user, name])
    case 'source.id':
      return sources
    case 'entitlementCount':
      return [person.held.length]
    case 'accountCount':
      return [sources.length]
    case 'isManager':
      return [everybody.some(({ manager }) => manager === person.id)]
    default:
      return [person.custom[field.slice('attributes.'.length)] ?? '']
  }
}

function isMatch(value: string | number | boolean, match: Match): boolean {
  switch (match.kind) {
    case 'exists':
      return value !== ''
    case 'boolean':
      return value === match.value
    case 'period':
      throw new Error('times have tests of their own')
    case 'range': {
      const { from, to } = match
      const isAbove = from === undefined || (from.isIncluded ? value >= from.value : value > from.value)
      return isAbove && (to === undefined || (to.isIncluded ? value <= to.value : value < to.value))
    }
    case 'text': {
      const inside = match.pattern
        .map((part) =>
          typeof part === 'object' ? part.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : part === '*' ? '.*' : '.',
        )
        .join('')
      const whole = match.isExact
        ? new RegExp(`^${inside}$`, 's')
        : new RegExp(`(?<![\\p{L}\\p{N}_]|[\\p{L}\\p{N}]\\.)${inside}(?![\\p{L}\\p{N}_]|\\.[\\p{L}\\p{N}])`, 'isu')
      return whole.test(String(value))
    }
  }
}

import type { Person } from './testing-people.ts'

/**
 * A query as a structure: the boolean query of Elasticsearch over terms. The reference does not use the parser: it writes a
 * structure as text, in one of its spellings, and finds the people that the structure matches.
 */
export type Reference =
  | { readonly kind: 'term'; readonly term: Term }
  | { readonly kind: 'bool'; readonly must: Reference[]; readonly should: Reference[]; readonly mustNot: Reference[] }
  /** Terms of one field, which is written before the brackets. */
  | { readonly kind: 'field'; readonly field: keyof typeof fields; readonly of: Reference }
  | { readonly kind: 'element'; readonly list: 'access' | 'apps' | 'accounts'; readonly of: Reference }

/** `in` is the field of the term. A term without one searches every text, or the field before the brackets. */
export interface Term {
  readonly in?: keyof typeof fields
  readonly words: string
  readonly as: 'word' | 'phrase' | 'prefix' | 'suffix' | 'inside' | 'exact' | 'exists'
}

/** The searched object: a person, or one element of a person's list. Texts by the fields of the query. */
interface Subject {
  readonly texts: Readonly<Record<string, readonly string[]>>
  readonly elements: Readonly<Record<string, readonly Subject[]>>
}

/** Every field that the reference searches, of people and of elements. */
export const fields = {
  id: true,
  name: true,
  displayName: true,
  'attributes.department': true,
  'attributes.jobTitle': true,
  'attributes.location': true,
  'attributes.projects': true,
  'manager.name': true,
  'source.id': true,
  value: true,
} as const

export function means(query: Reference, subject: Subject, field?: string): boolean {
  switch (query.kind) {
    case 'bool': {
      const holds = (part: Reference) => means(part, subject, field)
      if (query.mustNot.some(holds)) return false
      return query.must.length > 0 ? query.must.every(holds) : query.should.length === 0 || query.should.some(holds)
    }
    case 'field':
      return means(query.of, subject, query.field)
    case 'element':
      return subject.elements[query.list]!.some((element) => means(query.of, element))
    case 'term':
      return textsOf(subject, query.term.in ?? field).some((text) => hasTerm(text, query.term))
  }
}

function textsOf({ texts }: Subject, field: string | undefined): readonly string[] {
  if (field !== undefined) return texts[field] ?? []
  return Object.values(texts).flat()
}

/** The texts of the tests have only letters, digits and blanks, so that words are separated by blanks. */
function hasTerm(text: string, { words, as }: Term): boolean {
  const lower = text.toLowerCase().split(' ')
  switch (as) {
    case 'exists':
      return text !== ''
    case 'exact':
      return text === words
    case 'word':
      return lower.includes(words.toLowerCase())
    case 'prefix':
      return lower.some((word) => word.startsWith(words.toLowerCase()))
    case 'suffix':
      return lower.some((word) => word.endsWith(words.toLowerCase()))
    case 'inside': {
      const [first, last] = [words.toLowerCase()[0]!, words.toLowerCase().slice(1)]
      return lower.some((word) => word.length >= words.length && word.startsWith(first) && word.endsWith(last))
    }
    case 'phrase': {
      const wanted = words.toLowerCase().split(' ')
      return lower.some((_, at) => wanted.every((word, offset) => lower[at + offset] === word))
    }
  }
}

/** Numbers from 0 to 1 that choose a spelling. */
type Choose = () => number

export function spelled(query: Reference, choose: Choose): string {
  switch (query.kind) {
    case 'bool':
      return spelledLevel(query, choose)
    case 'field':
      return `${query.field}:${bracketed(query.of, choose)}`
    case 'element':
      return `@${query.list}${bracketed(query.of, choose)}`
    case 'term':
      return spelledTerm(query.term, choose)
  }
}

const oneOf = <T>(choose: Choose, ...choices: T[]): T => choices[Math.floor(choose() * choices.length)]!
const bracketed = (query: Reference, choose: Choose) => `(${spelled(query, choose)})`

/** A level inside another one needs brackets; other clauses may have them. */
function asClause(query: Reference, choose: Choose): string {
  const text = query.kind === 'bool' || choose() < 0.1 ? bracketed(query, choose) : spelled(query, choose)
  return choose() < 0.1 ? `${text}^${oneOf(choose, '2', '0.5')}` : text
}

const excluded = (query: Reference, choose: Choose) => `${oneOf(choose, '-', '!', 'NOT ')}${asClause(query, choose)}`

/** Writes a level with operators, if it has such a spelling, or with signs, in any order. */
function spelledLevel({ must, should, mustNot }: Reference & { kind: 'bool' }, choose: Choose): string {
  const style = oneOf(choose, 'signs', 'operators')
  const none = mustNot.map((query) => excluded(query, choose))
  if (style === 'operators' && should.length === 0 && must.length + mustNot.length > 1) {
    const all = must.map((query) => `${choose() < 0.2 ? '+' : ''}${asClause(query, choose)}`)
    return shuffled([...all, ...none], choose).reduce((left, right) => `${left} ${oneOf(choose, 'AND', '&&')} ${right}`)
  }
  const between = must.length === 0 && style === 'operators' ? [' OR ', ' || ', ' '] : [' ', '  ']
  const all = must.map((query) => `+${asClause(query, choose)}`)
  const any = should.map((query) => asClause(query, choose))
  return shuffled([...all, ...any, ...none], choose).reduce(
    (left, right) => `${left}${oneOf(choose, ...between)}${right}`,
  )
}

function shuffled<T>(items: readonly T[], choose: Choose): T[] {
  return items
    .map((item) => ({ item, at: choose() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

function spelledTerm({ in: field, words, as }: Term, choose: Choose): string {
  const front = field === undefined ? '' : `${field}${as === 'exact' ? '.exact' : ''}:${choose() < 0.1 ? ' ' : ''}`
  const cased = oneOf(choose, words, words.toUpperCase(), words.toLowerCase())
  switch (as) {
    case 'exists':
      return field !== undefined && choose() < 0.5 ? `_exists_:${field}` : `${front}*`
    case 'exact':
      return `${front}"${words}"`
    case 'phrase':
      return `${front}"${cased}"`
    case 'word':
      return `${front}${choose() < 0.3 ? `"${cased}"` : cased}`
    case 'prefix':
      return `${front}${cased}*`
    case 'suffix':
      return `${front}*${cased}`
    case 'inside':
      return `${front}${cased[0]}*${cased.slice(1)}`
  }
}

/** The values of SailPoint's fields for a person of the tests. */
export function subjectOf(person: Person, everybody: readonly Person[], profileOf: readonly string[]): Subject {
  const manager = everybody.find(({ id }) => id === person.manager)
  const held = (person.held ?? []).map((grant) => grant.split('/'))
  const element = (texts: Subject['texts']): Subject => ({ texts, elements: {} })
  const sources = [...new Set(held.map(([source]) => source!))]
  const texts = {
    id: [person.id],
    name: [person.user ?? '', person.name],
    displayName: [person.name],
    'attributes.department': [person.dept ?? ''],
    'attributes.jobTitle': [person.title ?? ''],
    'attributes.location': [person.custom?.location ?? ''],
    'attributes.projects': (person.projects ?? []).filter((name) => name !== ''),
    'manager.id': [person.manager ?? ''],
  }
  return {
    // A term without a field does not search the texts of the manager and of the sources.
    texts: Object.defineProperties({ ...texts } as Record<string, string[]>, {
      'manager.name': { value: manager === undefined ? [] : [manager.user ?? '', manager.name] },
      'source.id': { value: sources },
    }),
    elements: {
      access: [
        ...held.map(([source, value]) =>
          element({
            name: [entitlementNames[value!]!],
            'source.id': [source!],
            value: [value!],
            other: sourceTexts(source!),
          }),
        ),
        ...(profileOf.includes(person.id) ? [element({ name: ['Staff basics'] })] : []),
      ],
      apps: sources.map((source) => element({ id: [source], name: sourceTexts(source), 'source.id': [source] })),
      accounts: sources.map((source) =>
        element({
          name: [person.user ?? '', person.name],
          'source.id': [source],
          other: [...sourceTexts(source), person.id],
        }),
      ),
    },
  }
}

const sourceNames: Readonly<Record<string, string>> = { crm: 'Customer Base', mail: 'Mail' }
const sourceTexts = (source: string) => [sourceNames[source]!]

const entitlementNames: Readonly<Record<string, string>> = {
  read: 'Reader',
  admin: 'Admin of accounts',
  box: 'Mailbox',
  all_staff: 'All staff',
}

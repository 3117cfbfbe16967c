import { type DomainError, invalidArgument } from '@assay/errors'
import type { IToken } from 'chevrotain'
import type { Bound, Criteria, ElementList, Match, Moment, PatternPart } from './criteria.ts'
import { parseCriteriaSyntax } from './criteria-grammar.ts'
import { type CriteriaSyntax, CriteriaSyntaxError, type ValueSyntax } from './criteria-syntax.ts'
import { timeMeant } from './date-math.ts'
import { elementFields, type FieldType } from './fields.ts'
import type { Period } from './instants.ts'
import { type QuerySubject, sessionSubject } from './query-subject.ts'
import { needsExpression } from './text-pattern.ts'

/** Each wildcard multiplies the number of ways to match a word. */
const mostWildcards = 20
/** PostgreSQL caches 32 compiled regular expressions, some of them ours. With more, it compiles all of them for every row. */
const mostExpressions = 10

type Refuse = (offset: number, description: string) => DomainError

/** The fields that are allowed at one place: those of the searched objects, or of the elements of a list. */
type Fields = Pick<QuerySubject, 'types' | 'hasAttributes' | 'isEmptyField'> & {
  /** Undefined inside a list, because lists cannot be nested. */
  readonly subject?: QuerySubject
}

/**
 * Parses a search query: contract section 12.3. Throws invalid_argument on the subject's parameter, with the column (in
 * characters, from 1); for an unknown field also with the known ones.
 * @param now the value of `now`; for tests
 */
export function parseCriteria(text: string, now: Date = new Date(), subject: QuerySubject = sessionSubject): Criteria {
  const { parameter, longest } = subject
  const refuse: Refuse = (offset, description) =>
    invalidArgument(parameter, `column ${[...text.slice(0, offset)].length + 1}: ${description}`)
  if (text.length > longest) {
    throw invalidArgument(parameter, `has ${text.length} characters, the most is ${longest}`)
  }
  if (text.includes('\0')) throw refuse(text.indexOf('\0'), 'the character U+0000 cannot be part of a query')
  if (text.trim() === '') throw invalidArgument(parameter, 'is blank; leave it out to mean every identity')
  try {
    const criteria = typed(parseCriteriaSyntax(text), { ...subject, subject }, refuse, now)
    refuseTooMany(criteria, subject)
    return criteria
  } catch (error) {
    throw error instanceof CriteriaSyntaxError ? refuse(error.offset, error.message) : error
  }
}

function refuseTooMany(criteria: Criteria, { parameter, mostTerms }: QuerySubject): void {
  const matches = matchesOf(criteria)
  if (matches.length > mostTerms) {
    throw invalidArgument(parameter, `has ${matches.length} terms, the most is ${mostTerms}`)
  }
  const expressions = matches.filter((match) => match.kind === 'text' && needsExpression(match)).length
  if (expressions <= mostExpressions) return
  throw invalidArgument(
    parameter,
    `has ${expressions} words with a wildcard inside, the most is ${mostExpressions}; wildcards at the ends of words are not counted`,
  )
}

function matchesOf(criteria: Criteria): Match[] {
  switch (criteria.kind) {
    case 'field':
      return [criteria.match]
    case 'element':
      return matchesOf(criteria.of)
    case 'clauses':
      return [...criteria.must, ...criteria.should, ...criteria.mustNot].flatMap(matchesOf)
    case 'nothing':
      return []
  }
}

function typed(syntax: CriteriaSyntax, fields: Fields, refuse: Refuse, now: Date): Criteria {
  switch (syntax.kind) {
    case 'clauses': {
      const each = (parts: readonly CriteriaSyntax[]) => parts.map((part) => typed(part, fields, refuse, now))
      return { kind: 'clauses', must: each(syntax.must), should: each(syntax.should), mustNot: each(syntax.mustNot) }
    }
    case 'nested': {
      const list = listNamed(syntax.list, fields, refuse)
      const inside = {
        types: elementFields[list],
        hasAttributes: false,
        isEmptyField: isEmptyElementField(fields, list),
      }
      const of = typed(syntax.of, inside, refuse, now)
      return fields.subject?.hasLists ? { kind: 'element', list, of } : { kind: 'nothing' }
    }
    case 'match':
      return match(syntax.field, syntax.value, fields, refuse, now)
  }
}

function listNamed(token: IToken, { subject }: Fields, refuse: Refuse): ElementList {
  const name = token.image.slice(1)
  if (subject !== undefined && !subject.hasLists && !subject.allowsLists) {
    throw refuse(token.startOffset, `${token.image} is a list that only identities have; search for identities`)
  }
  if (!Object.hasOwn(elementFields, name)) {
    const known = Object.keys(elementFields).map((list) => `@${list}`)
    throw refuse(token.startOffset, `there is no list ${token.image}; there are ${known.join(', ')}`)
  }
  if (subject === undefined) {
    const remedy = 'put one after the other: @access(name:x) AND @apps(name:y)'
    throw refuse(token.startOffset, `${token.image} is inside another list; ${remedy}`)
  }
  return name as ElementList
}

function isEmptyElementField({ subject }: Fields, list: ElementList): (field: string) => boolean {
  return (field) => subject?.isEmptyElementField(list, field) ?? false
}

function match(token: IToken | undefined, value: ValueSyntax, fields: Fields, refuse: Refuse, now: Date): Criteria {
  // `*:x` means the same as `x`.
  if (token === undefined || token.image === '*') {
    if (value.kind === 'text') return anywhere(textMatch(value, false, refuse), fields.subject?.freeText)
    throw refuse(startOf(value).startOffset, 'a range needs a field in front: field:[a TO b]')
  }
  const written = unescaped(token.image)
  if (written === '_exists_') {
    if (value.kind !== 'text') throw refuse(token.startOffset, '_exists_ needs the name of a field: _exists_:email')
    const name = value.isPhrase ? phraseText(value.token) : unescaped(value.token.image)
    const known = knownField(withId(name, fields), value.token, fields, refuse)
    return known === undefined ? { kind: 'nothing' } : { kind: 'field', field: known.name, match: { kind: 'exists' } }
  }
  const known = knownField(written, token, fields, refuse)
  if (known === undefined) return { kind: 'nothing' }
  const isExact = written.endsWith('.exact') || (fields.subject?.wholeTexts?.has(known.name) ?? false)
  return { kind: 'field', field: known.name, match: matchOf(known.type, value, isExact, refuse, now) }
}

/** A term without a field: it searches every text, or the fields that are set for such terms. */
function anywhere(match: Match, fields: readonly string[] = ['*']): Criteria {
  if (fields.length === 0) return { kind: 'nothing' }
  const each = fields.map((field): Criteria => ({ kind: 'field', field, match }))
  const [only] = each
  return only !== undefined && each.length === 1 ? only : { kind: 'clauses', must: [], should: each, mustNot: [] }
}

/** The field whose value says that an object exists: `manager.id` for `manager`. Other names are returned unchanged. */
function withId(name: string, { types, isEmptyField }: Fields): string {
  const isField = (field: string) => Object.hasOwn(types, field) || isEmptyField(field)
  const id = `${name}.id`
  return !isField(name) && isField(id) ? id : name
}

/** Undefined for a field that a query may name but that has no value here. */
function knownField(written: string, token: IToken, fields: Fields, refuse: Refuse) {
  const name = written.replace(/\.exact$/, '')
  if (/[*?]/.test(name)) throw refuse(token.startOffset, `a field is named in full, "${name}" has a wildcard`)
  if (fields.hasAttributes && name.startsWith('attributes.') && name.length > 'attributes.'.length) {
    return { name, type: 'text' as const }
  }
  const type = Object.hasOwn(fields.types, name) ? fields.types[name] : undefined
  if (type !== undefined) return { name, type }
  if (fields.isEmptyField(name)) return undefined
  const known = fields.subject?.known ?? Object.keys(fields.types).join(', ')
  const also = fields.hasAttributes ? ', attributes.<name>' : ''
  throw refuse(token.startOffset, `there is no field "${name}"; there are ${known}${also}`)
}

function matchOf(type: FieldType, value: ValueSyntax, isExact: boolean, refuse: Refuse, now: Date): Match {
  if (value.kind === 'text' && !value.isPhrase && value.token.image === '*') return { kind: 'exists' }
  if (type === 'boolean') {
    const text = value.kind === 'text' ? plainText(value).toLowerCase() : ''
    if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' }
    throw refuse(startOf(value).startOffset, 'this field is true or false')
  }
  const range = (from: RangeEnd | undefined, to: RangeEnd | undefined) =>
    type === 'number' ? rangeOf(from, to, (token) => numberOf(token, refuse)) : rangeOfTexts(from, to, refuse, now)
  switch (value.kind) {
    case 'text': {
      if (type === 'text') return textMatch(value, isExact, refuse)
      const same = { token: value.token, isIncluded: true }
      return range(same, same)
    }
    case 'comparison': {
      const limit = { token: value.bound, isIncluded: value.operator.image.endsWith('=') }
      return value.operator.image.startsWith('>') ? range(limit, undefined) : range(undefined, limit)
    }
    case 'range': {
      const end = (token: IToken, isIncluded: boolean): RangeEnd | undefined =>
        token.image === '*' ? undefined : { token, isIncluded }
      const from = end(value.from, value.includesFrom)
      const to = end(value.to, value.includesTo)
      return from === undefined && to === undefined ? { kind: 'exists' } : range(from, to)
    }
  }
}

interface RangeEnd {
  readonly token: IToken
  readonly isIncluded: boolean
}

function rangeOf(
  from: RangeEnd | undefined,
  to: RangeEnd | undefined,
  read: (token: IToken) => string | number,
): Match {
  const bound = ({ token, isIncluded }: RangeEnd): Bound => ({ value: read(token), isIncluded })
  return { kind: 'range', ...(from && { from: bound(from) }), ...(to && { to: bound(to) }) }
}

/** A range of time if every stated end is a date or a time, otherwise a range of texts. */
function rangeOfTexts(from: RangeEnd | undefined, to: RangeEnd | undefined, refuse: Refuse, now: Date): Match {
  const first = from && timeOf(from.token, refuse, now)
  const last = to && timeOf(to.token, refuse, now)
  if ((from !== undefined && first === undefined) || (to !== undefined && last === undefined)) {
    return rangeOf(from, to, textOf)
  }
  return {
    kind: 'period',
    ...(from && first && { from: after(first, from.isIncluded) }),
    ...(to && last && { to: before(last, to.isIncluded) }),
  }
}

/** A day counts as a whole: a range that includes it starts at its beginning, one that excludes it starts at its end. */
function after({ start, end }: Period, isIncluded: boolean): Moment {
  if (isIncluded) return { at: start, isIncluded: true }
  return { at: end, isIncluded: end > start }
}

function before({ start, end }: Period, isIncluded: boolean): Moment {
  if (!isIncluded) return { at: start, isIncluded: false }
  return { at: end, isIncluded: end === start }
}

function numberOf(token: IToken, refuse: Refuse): number {
  const text = token.image.replace(/^"(.*)"$/s, '$1')
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw refuse(token.startOffset, `"${text}" is not a number; this field needs one`)
}

const textOf = (token: IToken) => (token.image.startsWith('"') ? phraseText(token) : unescaped(token.image))

function timeOf(token: IToken, refuse: Refuse, now: Date): Period | undefined {
  const meant = timeMeant(textOf(token), now)
  if (meant !== 'malformed') return meant
  const forms = 'now, now-7d, now/d and 2024-01-01||+1M are, with the units y, M, w, d, h, m and s'
  throw refuse(token.startOffset, `"${token.image}" is not a time; ${forms}`)
}

function textMatch(value: ValueSyntax & { kind: 'text' }, isExact: boolean, refuse: Refuse): Match {
  const pattern = value.isPhrase ? [{ literal: phraseText(value.token) }] : patternOf(value.token.image)
  if (pattern.every((part) => part === '*')) return { kind: 'exists' }
  const wildcards = pattern.filter((part) => typeof part === 'string').length
  if (wildcards > mostWildcards) {
    throw refuse(value.token.startOffset, `this word has ${wildcards} wildcards, the most is ${mostWildcards}`)
  }
  if (pattern.every((part) => typeof part === 'object' && part.literal.trim() === '')) {
    throw refuse(value.token.startOffset, 'an empty phrase matches nothing; leave it out')
  }
  if (!isExact && !pattern.some((part) => part === '?' || (part !== '*' && /[\p{L}\p{N}_]/u.test(part.literal)))) {
    const remedy = 'only <field>.exact compares other characters'
    throw refuse(value.token.startOffset, `${value.token.image} has no letter or digit to search for; ${remedy}`)
  }
  return { kind: 'text', pattern, isExact }
}

/** The pattern of a word: `\x` is the character x, `*` and `?` are wildcards. */
function patternOf(image: string): PatternPart[] {
  const parts: PatternPart[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') parts.push({ literal })
    literal = ''
  }
  for (let at = 0; at < image.length; at++) {
    const character = image[at]
    if (character === '\\' && at + 1 < image.length) literal += image[++at]
    else if (character === '*' || character === '?') {
      flush()
      parts.push(character)
    } else literal += character
  }
  flush()
  return parts
}

const unescaped = (image: string) => image.replace(/\\([\s\S])/g, '$1')
const phraseText = (token: IToken) => unescaped(token.image.slice(1, -1))
const plainText = (value: ValueSyntax & { kind: 'text' }) =>
  value.isPhrase ? phraseText(value.token) : unescaped(value.token.image)

function startOf(value: ValueSyntax): IToken {
  if (value.kind === 'text') return value.token
  return value.kind === 'comparison' ? value.operator : value.from
}

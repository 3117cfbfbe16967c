import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Filter } from './index.ts'
import { parseFilter } from './index.ts'
import { printFilter } from './testing/print-filter.ts'
import { everyField, randomFilter } from './testing/random-filters.ts'

const text = { type: 'text', operators: ['eq', 'sw', 'co', 'in'] } as const
const number = { type: 'number', operators: ['eq', 'ne', 'gt', 'in', 'pr', 'isnull'] } as const
const fields = {
  name: text,
  createdById: text,
  createdByName: text,
  'entitlementRef.name': { type: 'text', operators: ['sw'] },
  saved: { type: 'boolean', operators: ['eq'] },
  type: { type: 'choice', values: ['SPECIALIZED', 'COMMON'], operators: ['eq', 'gt'] },
  startDate: { type: 'instant', operators: ['ge', 'gt'] },
  a: number,
  b: number,
  c: number,
} as const

type Tree = Filter<keyof typeof fields>

const is = (field: keyof typeof fields, operator: string, value: unknown) =>
  ({ kind: 'comparison', field, operator, value }) as Tree
const and = (...of: Tree[]): Tree => ({ kind: 'and', of })
const or = (...of: Tree[]): Tree => ({ kind: 'or', of })
const not = (of: Tree): Tree => ({ kind: 'not', of })
const [a1, b2, c3] = [is('a', 'eq', 1), is('b', 'eq', 2), is('c', 'eq', 3)]

const accepted: [text: string | undefined, tree: Tree][] = [
  // Examples from SailPoint's documentation.
  ['saved eq "true" and name sw "RM Session"', and(is('saved', 'eq', true), is('name', 'sw', 'RM Session'))],
  [
    '(createdByName co "int")and (createdById sw "2c9180907")and (type eq "COMMON")and ((name co "entt")or (saved eq true))',
    and(
      is('createdByName', 'co', 'int'),
      is('createdById', 'sw', '2c9180907'),
      is('type', 'eq', 'COMMON'),
      or(is('name', 'co', 'entt'), is('saved', 'eq', true)),
    ),
  ],
  ['entitlementRef.name sw "test"', is('entitlementRef.name', 'sw', 'test')],
  ['startDate gt 2018-12-18T23:05:55Z', is('startDate', 'gt', new Date('2018-12-18T23:05:55Z'))],
  ['startDate gt 2018', is('startDate', 'gt', new Date('2018-01-01T00:00:00Z'))],

  // Precedence, as documented.
  ['not a eq 1 or b eq 2 and c eq 3', or(not(a1), and(b2, c3))],
  ['(not (a eq 1)) or ((b eq 2) and (c eq 3))', or(not(a1), and(b2, c3))],
  ['(a eq 1 or b eq 2) and c eq 3', and(or(a1, b2), c3)],
  ['not (a eq 1 or b eq 2)', not(or(a1, b2))],
  ['not not a eq 1', not(not(a1))],
  ['a eq 1 and b eq 2 and c eq 3', and(a1, b2, c3)],
  ['a eq 1 and (b eq 2 and c eq 3)', and(a1, and(b2, c3))],
  ['((a eq 1))', a1],

  // All other forms.
  ['a in (1, 2,3)', { kind: 'comparison', field: 'a', operator: 'in', values: [1, 2, 3] }],
  ['a in(1)', { kind: 'comparison', field: 'a', operator: 'in', values: [1] }],
  ['pr a', { kind: 'comparison', field: 'a', operator: 'pr' }],
  [
    'a isnull and not pr b',
    and(
      { kind: 'comparison', field: 'a', operator: 'isnull' },
      not({ kind: 'comparison', field: 'b', operator: 'pr' }),
    ),
  ],

  // Values.
  [String.raw`name eq "a \"b\" \\ c\d"`, is('name', 'eq', String.raw`a "b" \ c\d`)],
  ['name eq ""', is('name', 'eq', '')],
  ['name eq "and (or) not, #%&"', is('name', 'eq', 'and (or) not, #%&')],
  ['name eq Sales', is('name', 'eq', 'Sales')],
  ['name sw in', is('name', 'sw', 'in')],
  ['name eq 2c918/x:y', is('name', 'eq', '2c918/x:y')],
  ['name eq android', is('name', 'eq', 'android')],
  ['saved eq FALSE', is('saved', 'eq', false)],
  ['type eq common', is('type', 'eq', 'COMMON')],
  ['type gt "D"', is('type', 'gt', 'D')],
  ['a eq -1.5e3', is('a', 'eq', -1500)],
  ['a eq "70"', is('a', 'eq', 70)],
  ['startDate ge 2021-09-08T18:11:05.3489+02:00', is('startDate', 'ge', new Date('2021-09-08T16:11:05.348Z'))],
  ['startDate ge "2021-09-08t16:11:05"', is('startDate', 'ge', new Date('2021-09-08T16:11:05Z'))],
  ['startDate ge 2021-09-08T16:11+0000', is('startDate', 'ge', new Date('2021-09-08T16:11:00Z'))],
  ['startDate ge 2020-02-29', is('startDate', 'ge', new Date('2020-02-29T00:00:00Z'))],
  ['startDate ge 2020-02', is('startDate', 'ge', new Date('2020-02-01T00:00:00Z'))],
  ['name\teq\n"x"and\u00a0a eq 1', and(is('name', 'eq', 'x'), a1)],

  // No filter: all rows pass.
  [undefined, and()],
  ['', and()],
  ['  ', and()],
]

test.each(accepted)('%j is read', (filters, tree) => {
  expect(parseFilter(filters, fields)).toEqual(tree)
})

const known = 'it has name, createdById, createdByName, entitlementRef.name, saved, type, startDate, a, b, c'
const condition = 'where a field, "(", "not" or "pr" is expected'
const instant = 'is not a date-time such as 2018-12-18T23:05:55Z, a date or a year, as "startDate" needs it'

const refused: [text: string, message: string][] = [
  ['nome eq "x"', `column 1: this list has no field "nome"; ${known}`],
  ['a eq 1 and Name eq "x"', `column 12: this list has no field "Name"; ${known}`],
  ['constructor eq "x"', `column 1: this list has no field "constructor"; ${known}`],
  ['pr id', `column 4: this list has no field "id"; ${known}`],
  ['name gt "x"', 'column 6: "gt" is not supported for "name"; it supports eq, sw, co, in'],
  ['name isnull', 'column 6: "isnull" is not supported for "name"; it supports eq, sw, co, in'],
  ['pr saved', 'column 1: "pr" is not supported for "saved"; it supports eq'],
  ['name ca ("x")', 'column 6: "ca" is not supported for "name"; it supports eq, sw, co, in'],
  ['name like "x"', 'column 6: "like" is not supported for "name"; it supports eq, sw, co, in'],
  [
    'saved EQ true',
    'column 7: "EQ" is not supported for "saved" (operators are written in lower case); it supports eq',
  ],
  ['a eq 1 AND b eq 2', 'column 8: found "AND" where "and", "or" or the end is expected'],
  ['saved eq yes', 'column 10: "yes" is not true or false, as "saved" needs it'],
  ['saved eq ""', 'column 10: "" is not true or false, as "saved" needs it'],
  ['type eq "ROLE"', 'column 9: "ROLE" is not one of SPECIALIZED, COMMON, as "type" needs it'],
  ['a eq 1x', 'column 6: "1x" is not a number, as "a" needs it'],
  ['a eq 1e999', 'column 6: "1e999" is not a number, as "a" needs it'],
  ['a eq NaN', 'column 6: "NaN" is not a number, as "a" needs it'],
  ['a in (1, two)', 'column 10: "two" is not a number, as "a" needs it'],
  ['startDate gt 2021-02-30', `column 14: "2021-02-30" ${instant}`],
  ['startDate gt 2021-01-01T25:00', `column 14: "2021-01-01T25:00" ${instant}`],
  ['startDate gt yesterday', `column 14: "yesterday" ${instant}`],

  ['name', 'column 5: found the end where an operator is expected'],
  ['name eq', 'column 8: found the end where a value is expected'],
  ['name eq and', 'column 9: found "and" where a value is expected'],
  ['name eq ("x")', 'column 9: found "(" where a value is expected'],
  ['name eq New York', 'column 13: found "York" where "and", "or" or the end is expected'],
  ['name eq "x" name sw "y"', 'column 13: found "name" where "and", "or" or the end is expected'],
  ['name eq "x', 'column 9: this quote is not closed'],
  [String.raw`name eq "x\"`, 'column 9: this quote is not closed'],
  ['name co "é\u{1f600}" x', 'column 14: found "x" where "and", "or" or the end is expected'],
  ['(name eq "x"', 'column 13: found the end where "and", "or" or ")" is expected'],
  ['name eq "x")', 'column 12: found ")" where "and", "or" or the end is expected'],
  ['()', `column 2: found ")" ${condition}`],
  ['a eq 1 and', `column 11: found the end ${condition}`],
  ['a eq 1 and or b eq 2', `column 12: found "or" ${condition}`],
  ['not', `column 4: found the end ${condition}`],
  ['"name" eq "x"', `column 1: found "name" ${condition}`],
  ['name = "x"', 'column 6: "=" is not supported for "name"; it supports eq, sw, co, in'],
  ['a in 1', 'column 6: found "1" where "(" is expected'],
  ['a in ()', 'column 7: found ")" where a value is expected'],
  ['a in (1 2)', 'column 9: found "2" where "," or ")" is expected'],
  ['a in (1,', 'column 9: found the end where a value is expected'],
  ['a pr', 'column 3: found "pr" where an operator is expected'],
  ['isnull a', `column 1: found "isnull" ${condition}`],

  ['name eq "a\0b"', 'column 11: the character U+0000 cannot be part of a filter'],
  [`${'('.repeat(51)}a eq 1`, 'column 51: brackets and "not" are nested more than 50 deep'],
  [`${'('.repeat(8000)}`, 'column 51: brackets and "not" are nested more than 50 deep'],
  [`${'not '.repeat(51)}a eq 1`, 'column 201: brackets and "not" are nested more than 50 deep'],
  [`${'not('.repeat(26)}a eq 1`, 'column 101: brackets and "not" are nested more than 50 deep'],
  ['('.repeat(10_000), 'has 10000 characters, the most is 8192'],
]

const short = (filters: string) => (filters.length > 60 ? `${filters.slice(0, 60)}...` : filters)

test.each(refused.map(([filters, description]) => [short(filters), filters, description]))(
  '%j is refused',
  (_, filters, description) => {
    expect(() => parseFilter(filters, fields)).toThrow(
      expect.objectContaining({
        kind: 'invalid_argument',
        message: `filters: ${description}`,
        violations: [{ field: 'filters', description }],
      }),
    )
  },
)

test('a refused filter leaves nothing behind for the next one', () => {
  expect(() => parseFilter(`${'('.repeat(51)}a eq 1`, fields)).toThrow('nested')
  expect(parseFilter('a eq 1', fields)).toEqual(a1)
})

test('a filter that is printed and parsed is the same filter', () => {
  fc.assert(
    fc.property(randomFilter, (filter) => {
      expect(parseFilter(printFilter(filter), everyField)).toEqual(filter)
    }),
    { numRuns: 2000 },
  )
})

test('any text is parsed or refused, never anything else', () => {
  const pieces = fc.constantFrom(
    'a',
    'name',
    'eq',
    'in',
    'pr',
    'isnull',
    'and',
    'or',
    'not',
    '(',
    ')',
    ',',
    '"',
    '"x"',
    '1',
    ' ',
    '\\',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.string(), (words, noise) => {
      for (const filters of [words.join(' '), words.join(''), noise]) {
        try {
          parseFilter(filters, fields)
        } catch (error) {
          expect(error).toMatchObject({
            kind: 'invalid_argument',
            message: expect.stringMatching(/^filters: column \d+: ./),
          })
        }
      }
    }),
    { numRuns: 2000 },
  )
})

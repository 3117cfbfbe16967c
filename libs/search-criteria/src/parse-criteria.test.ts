import { expect, test } from 'vitest'
import type { Criteria } from './criteria.ts'
import { parseCriteria } from './parse-criteria.ts'

const now = new Date('2026-11-26T12:00:00.000Z')
const text = (field: string, literal: string, isExact = false): Criteria => ({
  kind: 'field',
  field,
  match: { kind: 'text', pattern: [{ literal }], isExact },
})
const exists = (field: string): Criteria => ({ kind: 'field', field, match: { kind: 'exists' } })

test.each<[string, Criteria]>([
  ['source.name:DataScienceDataset', text('source.name', 'DataScienceDataset')],
  ['source.name:"Active Directory"', text('source.name', 'Active Directory')],
  [
    'attributes.location:austin AND NOT manager.name:amanda.ross',
    {
      kind: 'and',
      of: [text('attributes.location', 'austin'), { kind: 'not', of: text('manager.name', 'amanda.ross') }],
    },
  ],
  ['name.exact:Ada', text('name', 'Ada', true)],
  ['@access(name: ("reporter"))', { kind: 'element', list: 'access', of: text('name', 'reporter') }],
  [
    'NOT @accounts(source.name:"X")',
    { kind: 'not', of: { kind: 'element', list: 'accounts', of: text('source.name', 'X') } },
  ],
  [
    '@accounts(source.name.exact:"X" AND disabled:false)',
    {
      kind: 'element',
      list: 'accounts',
      of: {
        kind: 'and',
        of: [
          text('source.name', 'X', true),
          { kind: 'field', field: 'disabled', match: { kind: 'boolean', value: false } },
        ],
      },
    },
  ],
  ['a b', { kind: 'or', of: [text('*', 'a'), text('*', 'b')] }],
  ['a && b || c', { kind: 'or', of: [{ kind: 'and', of: [text('*', 'a'), text('*', 'b')] }, text('*', 'c')] }],
  ['-a', { kind: 'not', of: text('*', 'a') }],
  ['!a', { kind: 'not', of: text('*', 'a') }],
  ['+a', text('*', 'a')],
  ['name:(a OR "b c")', { kind: 'or', of: [text('name', 'a'), text('name', 'b c')] }],
  [
    'name:a*b?',
    {
      kind: 'field',
      field: 'name',
      match: { kind: 'text', pattern: [{ literal: 'a' }, '*', { literal: 'b' }, '?'], isExact: false },
    },
  ],
  ['name:a\\*', text('name', 'a*')],
  ["name:'a", text('name', "'a")],
  ['name:*', exists('name')],
  ['_exists_:attributes.cloudLifecycleState', exists('attributes.cloudLifecycleState')],
  [
    'accountCount:3',
    {
      kind: 'field',
      field: 'accountCount',
      match: { kind: 'range', from: { value: 3, isIncluded: true }, to: { value: 3, isIncluded: true } },
    },
  ],
  [
    'accountCount:>=3',
    { kind: 'field', field: 'accountCount', match: { kind: 'range', from: { value: 3, isIncluded: true } } },
  ],
  [
    'accountCount:[1 TO 5}',
    {
      kind: 'field',
      field: 'accountCount',
      match: { kind: 'range', from: { value: 1, isIncluded: true }, to: { value: 5, isIncluded: false } },
    },
  ],
  ['accountCount:[* TO *]', exists('accountCount')],
  [
    'accountCount:>-1',
    { kind: 'field', field: 'accountCount', match: { kind: 'range', from: { value: -1, isIncluded: false } } },
  ],
  [
    'attributes.hired: [2022-05-19T19:26:03.351Z TO now-24h]',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: {
        kind: 'period',
        from: { at: Date.parse('2022-05-19T19:26:03.351Z'), isIncluded: true },
        to: { at: Date.parse('2026-11-25T12:00:00.000Z'), isIncluded: true },
      },
    },
  ],
  [
    'attributes.hired:[2024-01-01 TO 2024-01-31]',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: {
        kind: 'period',
        from: { at: Date.parse('2024-01-01T00:00:00Z'), isIncluded: true },
        to: { at: Date.parse('2024-02-01T00:00:00Z'), isIncluded: false },
      },
    },
  ],
  [
    'attributes.hired:>2024-01-01',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: { kind: 'period', from: { at: Date.parse('2024-01-02T00:00:00Z'), isIncluded: true } },
    },
  ],
  [
    'attributes.hired:<"2024-01-01T02:00:00+02:00"',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: { kind: 'period', to: { at: Date.parse('2024-01-01T00:00:00Z'), isIncluded: false } },
    },
  ],
  [
    'attributes.hired:[2024-02-30 TO m]',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: {
        kind: 'range',
        from: { value: '2024-02-30', isIncluded: true },
        to: { value: 'm', isIncluded: true },
      },
    },
  ],
])('%s', (query, criteria) => {
  expect(parseCriteria(query, now)).toEqual(criteria)
})

test.each([
  ['', 'scope.criteria: is blank'],
  ['created:now', 'column 1: there is no field "created"; there are id, name, displayName'],
  ['name:a AND nope:b', 'column 12: there is no field "nope"'],
  ['@access(department:x)', 'column 9: there is no field "department"; there are id, name, displayName, type'],
  ['@people(a)', 'column 1: there is no list @people; there are @accounts, @access, @apps'],
  ['name:', 'column 6: found the end where a term, "(" or NOT is expected'],
  ['name:a AND', 'column 11: found the end'],
  ['(a', 'column 3: found the end where ")" is expected'],
  ['a)', 'column 2: found ")" where AND, OR, a term or the end is expected'],
  ['AND a', 'column 1: found "AND" where'],
  ['name:a:b', 'column 7: found ":"'],
  ['"a', 'column 1: this quote is not closed'],
  ['😀 "a', 'column 3: this quote is not closed'],
  ['a & b', 'column 3: "&" stands behind a backslash or in quotes'],
  ['[a TO b]', 'a range needs a field in front'],
  ['isManager:maybe', 'column 11: this field is true or false'],
  ['accountCount:many', 'column 14: "many" is not a number'],
  ['name:""', 'column 6: an empty phrase matches nothing'],
  ['name:a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q*r*s*t*u*', 'column 6: this word has 21 wildcards, the most is 20'],
  ['a '.repeat(201), 'has 201 terms, the most is 200'],
  ['a\0b', 'column 2: the character U+0000'],
  ['('.repeat(10_000), 'has 10000 characters, the most is 8192'],
  [`${'('.repeat(60)}a${')'.repeat(60)}`, 'brackets and NOT are nested more than 50 deep'],
  [`${'NOT '.repeat(60)}a`, 'brackets and NOT are nested more than 50 deep'],
])('%j is refused', (query, message) => {
  expect(() => parseCriteria(query, now)).toThrow(message)
  expect(() => parseCriteria(query, now)).toThrow('scope.criteria')
})

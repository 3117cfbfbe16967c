import { expect, test } from 'vitest'
import type { Criteria } from './criteria.ts'
import { parseCriteria } from './parse-criteria.ts'

const now = new Date('2026-11-26T12:00:00.000Z')
const text = (field: string, literal: string, isExact = false): Criteria => ({
  kind: 'field',
  field,
  match: { kind: 'text', pattern: [{ literal }], isExact },
})
const clauses = (of: { must?: Criteria[]; should?: Criteria[]; mustNot?: Criteria[] }): Criteria => ({
  kind: 'clauses',
  must: [],
  should: [],
  mustNot: [],
  ...of,
})
const exists = (field: string): Criteria => ({ kind: 'field', field, match: { kind: 'exists' } })

test.each<[string, Criteria]>([
  ['source.name:DataScienceDataset', text('source.name', 'DataScienceDataset')],
  ['source.name:"Active Directory"', text('source.name', 'Active Directory')],
  [
    'attributes.location:austin AND NOT manager.name:amanda.ross',
    clauses({ must: [text('attributes.location', 'austin')], mustNot: [text('manager.name', 'amanda.ross')] }),
  ],
  ['name.exact:Ada', text('name', 'Ada', true)],
  ['@access(name: ("reporter"))', { kind: 'element', list: 'access', of: text('name', 'reporter') }],
  [
    'NOT @accounts(source.name:"X")',
    clauses({ mustNot: [{ kind: 'element', list: 'accounts', of: text('source.name', 'X') }] }),
  ],
  [
    '@accounts(source.name.exact:"X" AND disabled:false)',
    {
      kind: 'element',
      list: 'accounts',
      of: clauses({
        must: [
          text('source.name', 'X', true),
          { kind: 'field', field: 'disabled', match: { kind: 'boolean', value: false } },
        ],
      }),
    },
  ],
  ['a b', clauses({ should: [text('*', 'a'), text('*', 'b')] })],
  ['a^2 (b)^0.5', clauses({ should: [text('*', 'a'), text('*', 'b')] })],
  ['(a && b) || c', clauses({ should: [clauses({ must: [text('*', 'a'), text('*', 'b')] }), text('*', 'c')] })],
  ['-a', clauses({ mustNot: [text('*', 'a')] })],
  ['!a', clauses({ mustNot: [text('*', 'a')] })],
  ['+a', clauses({ must: [text('*', 'a')] })],
  ['name:(a OR "b c")', clauses({ should: [text('name', 'a'), text('name', 'b c')] })],
  ['name:(a email:b)', clauses({ should: [text('name', 'a'), text('email', 'b')] })],
  ['*:a', text('*', 'a')],
  ['*:*', exists('*')],
  ['"and" not\\ a', clauses({ should: [text('*', 'and'), text('*', 'not a')] })],
  ['name:a\\/b\\~1', text('name', 'a/b~1')],
  ['name:R&D+x=y-z', text('name', 'R&D+x=y-z')],
  ['_exists_:attributes.city.exact', exists('attributes.city')],
  ['_exists_:"attributes.city.exact"', exists('attributes.city')],
  [
    'name:a*b?',
    {
      kind: 'field',
      field: 'name',
      match: { kind: 'text', pattern: [{ literal: 'a' }, '*', { literal: 'b' }, '?'], isExact: false },
    },
  ],
  ['name:a\\*', text('name', 'a*')],
  ['name:"a\\\\u0041"', text('name', 'a\\u0041')],
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
    'attributes.hired:[now-1M/d TO 2026-11-25T12:00:00+02:00||/M]',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: {
        kind: 'period',
        from: { at: Date.parse('2026-10-26T00:00:00Z'), isIncluded: true },
        to: { at: Date.parse('2026-12-01T00:00:00Z'), isIncluded: false },
      },
    },
  ],
  [
    'accountCount:(>=3 AND <-1)',
    clauses({
      must: [
        { kind: 'field', field: 'accountCount', match: { kind: 'range', from: { value: 3, isIncluded: true } } },
        { kind: 'field', field: 'accountCount', match: { kind: 'range', to: { value: -1, isIncluded: false } } },
      ],
    }),
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
    'attributes.hired:{now TO *}',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: { kind: 'period', from: { at: now.getTime(), isIncluded: false } },
    },
  ],
  [
    'attributes.hired:{now/d TO now/d}',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: {
        kind: 'period',
        from: { at: Date.parse('2026-11-27T00:00:00Z'), isIncluded: true },
        to: { at: Date.parse('2026-11-26T00:00:00Z'), isIncluded: false },
      },
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
    'attributes.hired:[2024-xx TO m]',
    {
      kind: 'field',
      field: 'attributes.hired',
      match: {
        kind: 'range',
        from: { value: '2024-xx', isIncluded: true },
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
  [
    '@access(department:x)',
    'column 9: there is no field "department"; there are id, name, displayName, description, type',
  ],
  ['@people(a)', 'column 1: there is no list @people; there are @accounts, @access, @apps'],
  ['name:', 'column 6: found the end where a term, "(" or NOT is expected'],
  ['name:a AND', 'column 11: found the end'],
  ['(a', 'column 3: found the end where ")" is expected'],
  ['a)', 'column 2: found ")" where AND, OR, a term or the end is expected'],
  ['AND a', 'column 1: found "AND" where'],
  ['name:a:b', 'column 7: found ":"'],
  ['"a', 'column 1: this quote is not closed'],
  ['😀 "a', 'column 3: this quote is not closed'],
  ['a & b', 'column 3: "&" needs a backslash before it, or quotes around it'],
  ['a AND b OR c', 'column 9: AND and OR are mixed on one level; use brackets to group them: (a AND b) OR c'],
  ['a || b && c', 'column 8: AND and OR are mixed on one level'],
  ['x AND (a OR b AND -c)', 'column 15: AND and OR are mixed on one level'],
  ['name:(a OR b AND c)', 'column 14: AND and OR are mixed on one level'],
  ['NOT NOT a', 'column 5: "NOT" and "NOT" both precede one term; use one of them, or brackets: NOT (NOT a)'],
  ['a AND NOT -b', 'column 11: "NOT" and "-" both precede one term'],
  ['+-a', 'column 2: "+" and "-" both precede one term'],
  ['a - b', 'column 3: no blank may follow "-"'],
  ['a + b', 'column 3: no blank may follow "+"'],
  ['a AND ! b', 'column 7: no blank may follow "!"'],
  ['a!b', 'column 2: "!" follows "a" directly; put a blank before it'],
  ['"a"-b', 'column 4: "-" follows ""a"" directly'],
  ['"a"b', 'column 4: "b" follows ""a"" directly'],
  ['name:a(b OR c)', 'column 7: "(" follows "a" directly'],
  ['a&&b', 'column 2: "&&" follows "a" directly'],
  ['a ||b', 'column 5: "b" follows "||" directly'],
  ['a and b', 'column 3: operators are written in upper case: write AND for the operator, or "and" in quotes'],
  ['Not a', 'column 1: operators are written in upper case: write NOT'],
  ['roam~', 'column 5: similar words and loose phrases (~) are not supported; to search for "~" itself'],
  ['roam~2 x', 'column 5: similar words'],
  ['"fox quick"~5', 'column 12: similar words'],
  ['name:/joh?n(ath[oa]n)/', 'column 6: regular expressions (/) are not supported'],
  ['name:a/b', 'column 7: regular expressions (/) are not supported'],
  ['a^', 'column 2: a number has to follow ^'],
  ['a^b', 'column 2: a number has to follow ^'],
  ['a^-1', 'column 2: a number has to follow ^'],
  ['a\\', 'column 2: a character has to follow a backslash'],
  ['z\\u00fcrich', 'column 2: escapes by number (\\u) are not supported; write the character itself'],
  ['name:"\\u0041"', 'column 7: escapes by number'],
  ['accountCount:>', 'column 15: found the end where an end of the range is expected'],
  ['accountCount:[1 TO', 'column 19: found the end'],
  ['accountCount:[1,5]', 'column 18: found "]" where TO is expected'],
  ['attributes.hired:>now-1q', 'column 19: "now-1q" is not a time; now, now-7d, now/d and'],
  ['attributes.hired:[2024-02-30 TO *]', 'column 19: "2024-02-30" is not a time'],
  ['attributes.hired:<=2023-02-29', '"2023-02-29" is not a time'],
  ['attributes.hired:[2024-02-30||/M TO *]', 'column 19: "2024-02-30||/M" is not a time'],
  ['attributes.hired:<now+99999y', 'column 19: "now+99999y" is not a time'],
  ['attributes.*:a', 'column 1: a field is named in full, "attributes.*" has a wildcard'],
  ['@access(@apps(name:x))', 'column 9: @apps is inside another list'],
  ['name:"%"', 'column 6: "%" has no letter or digit to search for; only <field>.exact'],
  ['a*b '.repeat(11), 'has 11 words with a wildcard inside, the most is 10'],
  ['[a TO b]', 'a range needs a field in front'],
  ['_exists_:[a TO b]', 'column 1: _exists_ needs the name of a field: _exists_:email'],
  ['isManager:maybe', 'column 11: this field is true or false'],
  ['accountCount:many', 'column 14: "many" is not a number'],
  ['name:""', 'column 6: an empty phrase matches nothing'],
  ['name:a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q*r*s*t*u*', 'column 6: this word has 21 wildcards, the most is 20'],
  ['a '.repeat(201), 'has 201 terms, the most is 200'],
  ['a\0b', 'column 2: the character U+0000'],
  ['('.repeat(10_000), 'has 10000 characters, the most is 8192'],
  [`${'('.repeat(60)}a${')'.repeat(60)}`, 'brackets are nested more than 50 deep'],
])('%j is refused', (query, message) => {
  expect(() => parseCriteria(query, now)).toThrow(message)
  expect(() => parseCriteria(query, now)).toThrow('scope.criteria')
})

test.each([
  ['200 terms', 'a '.repeat(200)],
  ['10 words with a wildcard inside', 'a*b '.repeat(10)],
  ['20 wildcards in a word', 'name:a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q*r*s*t*u'],
  ['8192 characters', `name:${'a'.repeat(8187)}`],
  ['brackets 50 deep', `${'('.repeat(50)}a${')'.repeat(50)}`],
])('a query of %s, the most that it may have, is read', (_, query) => {
  expect(() => parseCriteria(query, now)).not.toThrow()
})

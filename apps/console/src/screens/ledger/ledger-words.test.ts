import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EntrySchema } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { FaultKind, ReportSchema } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { memberRows, memberWords, valueText } from './member-words.ts'
import { nameOfSubject } from './members.ts'
import { readLedgerSearch } from './search.ts'
import { entryTitle, kindWords, reportSentence, whoActed } from './texts.ts'

test.each([
  [
    { tab: 'check', what: 'suggestion.', who: 'ada', from: '2026-11-03' },
    { tab: 'check', what: 'suggestion.', who: 'ada', from: '2026-11-03' },
  ],
  [{ tab: 'nosuch', what: 'x y', from: 'yesterday', until: '2026-13-01', type: 'nosuch' }, {}],
  [
    { about: 42, type: 'profile', on: '2026-01-31' },
    { about: '42', type: 'profile', on: '2026-01-31' },
  ],
])('the address %j asks for %j', (search, expected) => {
  expect(readLedgerSearch(search)).toEqual(expected)
})

test('an entry is told by who and what, and by the name of what it is about', () => {
  const entry = create(EntrySchema, {
    kind: 'suggestion.accept',
    actor: { type: 1, id: 'calm-otter', displayName: 'Ada' },
    beforeJson: '{"suggestedName":"Accountants in Oslo"}',
    afterJson: '{"state":"accepted"}',
  })
  expect(entryTitle(entry)).toBe('Ada accepted a candidate')
  expect(nameOfSubject(entry)).toBe('Accountants in Oslo')
  expect(nameOfSubject({ beforeJson: '', afterJson: '{"candidate":{"displayName":"Sales"}}' })).toBe('Sales')
  expect(nameOfSubject({ beforeJson: 'no json', afterJson: '[1]' })).toBeUndefined()
  expect(whoActed(create(EntrySchema, { actor: { type: 2, id: 'commit-import' } }).actor)).toBe(
    'Work in the background',
  )
  const agent = create(EntrySchema, {
    kind: 'suggestion.accept',
    actor: { type: 5, id: 'keen-wren', displayName: 'Helper' },
  })
  expect(entryTitle(agent)).toBe('The agent Helper accepted a candidate')
  expect(kindWords('nosuch.kind')).toBe('nosuch.kind')
})

test('every kind of entry that docs/ledger.md names has words', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../../../docs/ledger.md'), 'utf8')
  const kinds: string[] = []
  for (const row of document.split('| kinds | |')[1]?.split('\n\n')[0]?.split('\n') ?? [])
    for (const [, name = ''] of (row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g))
      if (!name.endsWith('*')) kinds.push(name.startsWith('.') ? (kinds.at(-1)?.split('.')[0] ?? '') + name : name)
  expect(kinds.length).toBeGreaterThan(50)
  expect(kinds.filter((kind) => kindWords(kind) === kind)).toEqual([])
})

test('what stood before and after stands side by side, in words', () => {
  expect(memberWords('celExpression')).toBe('cel expression')
  expect(valueText(['a', 'b'])).toBe('a\nb')
  expect(valueText(true)).toBe('yes')
  expect(valueText({ grants: 48_591, usageRows: 0 })).toBe('grants: 48,591\nusage rows: 0')
  expect(valueText({ minCoverage: 0.66667 })).toBe('min coverage: 0.66667')
  expect([valueText({}), valueText([]), valueText(''), valueText(null)]).toEqual(['none', 'none', 'none', 'none'])
  expect(valueText([1_398, 1_400])).toBe('1398\n1400')
  expect(JSON.parse(valueText([{ attribute: 'location' }]))).toEqual([{ attribute: 'location' }])
  expect(memberRows({ name: 'A', gone: 1 }, { name: 'B', same: 'x' })).toEqual([
    { member: 'name', before: 'A', after: 'B', isChanged: true },
    { member: 'gone', before: '1', after: undefined, isChanged: true },
    { member: 'same', before: undefined, after: 'x', isChanged: true },
  ])
})

test.each([
  [
    'whole',
    { isWhole: true, entries: 12n, signedHeads: 1n },
    'The ledger is whole: nothing was altered, removed or put there by hand. 12 entries and 1 signed head were looked at.',
  ],
  [
    'not whole',
    { isWhole: false, entries: 2n, faultCounts: [{ kind: FaultKind.ALTERED, count: 2n }], waitingEntries: 1n },
    'The ledger is not whole: 2 things are wrong. 2 entries and 0 signed heads were looked at. 1 entry was just written and waits for the seal.',
  ],
])('the report of a ledger that is %s is said in words', (_, report, expected) => {
  expect(reportSentence(create(ReportSchema, report))).toBe(expected)
})

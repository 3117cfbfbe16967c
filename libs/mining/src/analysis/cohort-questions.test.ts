import { afterAll, expect, test } from 'vitest'
import { encodeSnapshotToBuffer } from '../encode-snapshot.ts'
import { readSnapshot } from '../read-snapshot.ts'
import { snapshotOf } from '../snapshot.ts'
import { CohortQuestions } from './cohort-questions.ts'
import { answerQuestion, type CohortQuestion } from './questions.ts'
import { basisPoints } from './selection.ts'

// Five people: all hold 0, four 1, two 2 (application 1), one 3.
const rows = [[0, 1, 2], [0, 1, 2, 3], [0, 1], [0, 1], [0]]
const snapshot = snapshotOf({
  identityKey: Int32Array.of(1, 2, 3, 4, 5),
  entitlementKey: Int32Array.of(1, 2, 3, 4, 5),
  applicationKey: Int32Array.of(1, 2),
  entitlementApplication: Int32Array.of(0, 0, 1, 0, 0),
  rowOffset: Uint32Array.of(0, 3, 7, 9, 11, 12),
  rowEntitlement: Uint32Array.from(rows.flat()),
  identityStatus: new Uint8Array(5),
  identityType: new Uint8Array(5),
  attributes: [{ key: 'team', values: ['a', ' b '], column: Int32Array.of(0, 1, 1, -1, 0) }],
})
const members = Uint32Array.of(0, 1, 2, 3, 4)
const selection = { minimumCoverageBasisPoints: 8000, included: [], excluded: [] }
const evaluate = (change: object, scope = {}) =>
  answerQuestion(snapshot, { kind: 'evaluate', about: { members, ...scope }, selection: { ...selection, ...change } })

test('a cutoff is inclusive, and single entitlements are added and taken away', () => {
  expect(evaluate({})).toMatchObject({ selectedCount: 2, usersWithAll: 4, outside: [] })
  expect(evaluate({ minimumCoverageBasisPoints: 8001 })).toMatchObject({ selectedCount: 1, usersWithAll: 5 })
  expect(evaluate({ included: [2] })).toMatchObject({ selectedCount: 3, usersWithAll: 2 })
  expect(evaluate({ excluded: [1] })).toMatchObject({ selectedCount: 1, usersWithAll: 5 })
  expect(evaluate({ minimumCoverageBasisPoints: 10_001 })).toMatchObject({ selectedCount: 0, usersWithAll: 5 })
})

test('what nobody of the cohort holds, or is not looked at, is said to be outside', () => {
  expect(evaluate({ included: [4] })).toMatchObject({ outside: [4] })
  expect(evaluate({ excluded: [2] }, { applications: [0] })).toMatchObject({ outside: [2] })
})

test('facets are over exactly the holders', () => {
  const answer = answerQuestion(snapshot, {
    kind: 'evaluate',
    about: { members },
    selection: { ...selection, included: [2] },
    maxFacetValues: 10,
  })
  expect(answer).toMatchObject({ facets: [{ attribute: 'team', values: [{ userCount: 1 }, { userCount: 1 }] }] })
})

test('values are counted in the cohort and among the holders, trimmed', () => {
  const answer = answerQuestion(snapshot, {
    kind: 'count-values',
    about: { members },
    selection,
    attribute: 'team',
    values: ['a', 'b', 'c'],
  })
  expect(answer).toEqual({
    outside: [],
    cohortCount: 5,
    coreCount: 4,
    values: [
      { cohortCount: 2, coreCount: 1 },
      { cohortCount: 2, coreCount: 2 },
      { cohortCount: 0, coreCount: 0 },
    ],
  })
})

test.each([
  [1, 3, 3333],
  [2, 3, 6667],
  [1, 20_000, 1],
  [1, 20_001, 0],
  [7, 7, 10_000],
])('%i of %i is %i basis points, halves up', (count, size, expected) => {
  expect(basisPoints(count, size)).toBe(expected)
})

const thread = new CohortQuestions()
afterAll(() => thread.close())

test('another thread gives the same answers, and reports what it meets', async () => {
  const buffer = encodeSnapshotToBuffer(snapshot)
  const question: CohortQuestion = { kind: 'analyse', about: { members }, maxFacetValues: 10 }
  const answers = await Promise.all([
    thread.ask('one', buffer, question),
    thread.ask('one', buffer, { ...question, maxFacetValues: 1 }),
  ])
  expect(answers[0]).toEqual(answerQuestion(readSnapshot(buffer), question))
  expect(answers[1].facets[0]!.valuesTruncated).toBe(true)
  await expect(thread.ask('broken', new SharedArrayBuffer(8), question)).rejects.toThrow()
  expect(await thread.ask('one', buffer, question)).toEqual(answers[0])
})

test('the order of a matrix belongs to whoever asked: memory shared with the thread would stay until that collects its garbage', async () => {
  const buffer = encodeSnapshotToBuffer(snapshot)
  const roles = [{ members, entitlements: Uint32Array.of(0, 1) }]
  const about = { people: { filters: [] }, roles, keepsHeld: false }
  const order = await thread.ask('one', buffer, { kind: 'order-matrix', about })
  expect(order).toEqual(answerQuestion(readSnapshot(buffer), { kind: 'order-matrix', about }))
  const arrays = [...Object.values(order), ...Object.values(order.tiles)].filter((part) => ArrayBuffer.isView(part))
  expect(arrays).toHaveLength(12)
  expect(arrays.filter(({ buffer }) => buffer instanceof SharedArrayBuffer)).toEqual([])
})

test('a question is taken back while it waits, and a thread that works on it is ended; others are answered', async () => {
  const buffer = encodeSnapshotToBuffer(snapshot)
  const question: CohortQuestion = { kind: 'analyse', about: { members }, maxFacetValues: 10 }
  const questions = new CohortQuestions()
  const leaver = new AbortController()
  // Longer than anybody waits: one person, again and again. Shared, so that it is not copied.
  const many = new Uint32Array(new SharedArrayBuffer(4 * 500_000_000))
  const long = questions.ask('one', buffer, { ...question, about: { members: many } }, leaver.signal)
  const behind = questions.ask('one', buffer, question, leaver.signal)
  const other = questions.ask('one', buffer, question)
  leaver.abort(new Error('gone'))
  await expect(long).rejects.toThrow('gone')
  await expect(behind).rejects.toThrow('gone')
  expect(await other).toEqual(answerQuestion(readSnapshot(buffer), question))
  await expect(questions.ask('one', buffer, question, leaver.signal)).rejects.toThrow('gone')
  await questions.close()
})

test('owners of snapshots take turns', async () => {
  const buffer = encodeSnapshotToBuffer(snapshot)
  const question: CohortQuestion = { kind: 'analyse', about: { members }, maxFacetValues: 10 }
  const answered: string[] = []
  const asked = ['a/1', 'a/1', 'a/1', 'a/2', 'b/1', 'b/1', 'c/1'].map((name, place) =>
    thread.ask(name, buffer, question).then(() => answered.push(`${name}#${place}`)),
  )
  await Promise.all(asked)
  expect(answered).toEqual(['a/1#0', 'b/1#4', 'c/1#6', 'a/1#1', 'b/1#5', 'a/1#2', 'a/2#3'])
})

import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { encodeSnapshotToBuffer } from '../encode-snapshot.ts'
import { EntitlementRecommender } from './entitlement-recommender.ts'
import { RecommendationThreads } from './recommendation-threads.ts'
import { sparseTeams } from './testing-sparse-teams.ts'

const opened: RecommendationThreads[] = []
afterEach(async () => {
  for (const threads of opened.splice(0)) await threads.close()
})

function threadsOf(options?: ConstructorParameters<typeof RecommendationThreads>[0]): RecommendationThreads {
  const threads = new RecommendationThreads(options)
  opened.push(threads)
  return threads
}

const buffer = encodeSnapshotToBuffer(sparseTeams(40))
const patiently = { waitMs: 60_000 }

test('a thread answers what the same model answers here, for people and for cohorts', async () => {
  const threads = threadsOf()
  const here = EntitlementRecommender.learn(sparseTeams(40))
  for (const identity of [0, 17, 101]) {
    expect(await threads.ask('a', buffer, { kind: 'identity', identity, limit: 9 }, patiently)).toEqual(
      here.forIdentity(identity, 9),
    )
  }
  const members = Uint32Array.of(12, 13, 14, 15, 16, 17)
  expect(await threads.ask('a', buffer, { kind: 'cohort', members, limit: 3 }, patiently)).toEqual(
    here.forCohort(members, 3),
  )
})

test('whoever does not wait is told nothing, and what is being learnt goes on', async () => {
  const threads = threadsOf()
  const question = { kind: 'identity', identity: 3, limit: 1 } as const
  expect(await threads.ask('a', buffer, question, { waitMs: 0 })).toBeUndefined()
  expect(await threads.ask('a', buffer, question, patiently)).toHaveLength(1)
  expect(await threads.ask('a', buffer, question, { waitMs: 1000 })).toHaveLength(1)
})

test('a model waits for a place while others are learnt, and takes that of one that nobody asks', async () => {
  const threads = threadsOf({ mostThreads: 1 })
  const question = { kind: 'identity', identity: 3, limit: 1 } as const
  expect(await threads.ask('a', buffer, question, { waitMs: 0 })).toBeUndefined()
  expect(await threads.ask('b', buffer, question, patiently)).toBeUndefined()
  expect(await threads.ask('a', buffer, question, patiently)).toHaveLength(1)
  expect(await threads.ask('b', buffer, question, patiently)).toHaveLength(1)
})

test('too few grants are refused by their number, every time', async () => {
  const threads = threadsOf()
  const few = encodeSnapshotToBuffer(sparseTeams(4))
  const question = { kind: 'identity', identity: 3, limit: 1 } as const
  const message = 'expected at least 50 grants to learn from, got 46'
  await expect(threads.ask('few', few, question, patiently)).rejects.toThrow(message)
  await expect(threads.ask('few', few, question, patiently)).rejects.toThrow(message)
})

test('why there can be no model is told to whoever asks again, though nobody waited', async () => {
  const threads = threadsOf()
  const few = encodeSnapshotToBuffer(sparseTeams(4))
  const ask = () => threads.ask('few', few, { kind: 'identity', identity: 3, limit: 1 }, { waitMs: 0 })
  expect(await ask()).toBeUndefined()
  const polls = async () => {
    for (;;) {
      await ask()
      await pause(200)
    }
  }
  await expect(polls()).rejects.toThrow('expected at least 50 grants')
})

test('what was learnt keeps its place until it was asked, so that two who take turns both get an answer', async () => {
  const threads = threadsOf({ mostThreads: 1 })
  const question = { kind: 'identity', identity: 3, limit: 1 } as const
  expect(await threads.ask('a', buffer, question, { waitMs: 0 })).toBeUndefined()
  // Long enough to learn it, on most machines.
  for (let turn = 0; turn < 30; turn++, await pause(100))
    expect(await threads.ask('b', buffer, question, { waitMs: 0 })).toBeUndefined()
  expect(await threads.ask('a', buffer, question, patiently)).toHaveLength(1)
  expect(await threads.ask('b', buffer, question, patiently)).toHaveLength(1)
})

test('who goes away is told so at once, and a closed thread rejects its questions', async () => {
  const threads = threadsOf()
  const question = { kind: 'identity', identity: 3, limit: 1 } as const
  const leaving = new AbortController()
  const asked = threads.ask('a', buffer, question, { waitMs: 60_000, signal: leaving.signal })
  leaving.abort(new Error('gone'))
  await expect(asked).rejects.toThrow('gone')
  const other = threads.ask('a', buffer, question, patiently)
  const refused = expect(other).rejects.toThrow('the thread for recommendations ended')
  await threads.close()
  await refused
})

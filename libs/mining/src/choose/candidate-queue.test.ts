import { expect, test } from 'vitest'
import type { Candidate } from './candidate.ts'
import { CandidateQueue } from './candidate-queue.ts'

/** The queue reads only the worth, the order and the group. */
function candidate(worth: number): Candidate {
  return { worth, order: 0, group: 0 } as Candidate
}

function inOrder(queue: CandidateQueue): Candidate[] {
  const all: Candidate[] = []
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) all.push(best)
  return all
}

test('a candidate that is raised moves up, and one that was taken is put back', () => {
  const [first, second, taken] = [candidate(9), candidate(5), candidate(7)]
  const queue = new CandidateQueue([])
  queue.push(first)
  queue.push(second)
  queue.raise(second, 10)
  queue.raise(taken, 1)
  expect(inOrder(queue)).toEqual([second, first, taken])
})

test('a candidate with a larger old worth stays in its place, so that no candidate below it comes too late', () => {
  const [raised, below, lowest, fresh] = [candidate(9), candidate(8), candidate(1), candidate(6)]
  const queue = new CandidateQueue([fresh])
  for (const one of [raised, below, lowest]) queue.push(one)
  queue.raise(raised, 2)
  expect(inOrder(queue)).toEqual([raised, below, fresh, lowest])
})

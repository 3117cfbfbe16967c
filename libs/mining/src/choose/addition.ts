import { inSteps } from '../evidence.ts'
import type { Candidate } from './candidate.ts'
import type { Savings } from './savings.ts'
import type { ToldGrants } from './told-grants.ts'

/** What a candidate adds to the suggestions that were chosen before it. */
export interface Addition {
  readonly worth: number
  readonly explained: number
  /** Indexes into the cohort's cells, and how many of their holders are not yet explained. */
  readonly cells: readonly number[]
  readonly newHolders: readonly number[]
  /** The bits that each of these cells saves. */
  readonly saved: readonly number[]
}

/** A chosen cohort with its addition at the time of the choice. */
export interface Chosen {
  readonly candidate: Candidate
  readonly addition: Addition
}

/** At least this share of an entitlement's holders in a cohort must be unexplained. Otherwise other suggestions explain it already. */
export const leastNewShare = 0.5

/** What a candidate would add to the suggestions chosen so far. */
export function additionOf(
  told: ToldGrants,
  { counted, group, weight, givenBroader }: Candidate,
  savings: Savings,
): Addition {
  const { groups, cellOffset, cellEntitlement, cellCount } = counted
  const untold = told.untoldHolders(counted, group, leastNewShare)
  const first = cellOffset[group]!
  const cellTotal = cellOffset[group + 1]! - first
  const size = groups.offset[group + 1]! - groups.offset[group]!
  const cells: number[] = []
  const newHolders: number[] = []
  const savedBits: number[] = []
  let gain = -savings.ofCohort(counted)
  let explained = 0
  for (let i = 0; i < cellTotal; i++) {
    const holders = cellCount[first + i]!
    if (untold[i]! < leastNewShare * holders || givenBroader.has(first + i)) continue
    const saved = savings.ofCell(cellEntitlement[first + i]!, untold[i]!, holders, size)
    if (saved <= 0) continue
    gain += saved
    explained += untold[i]!
    cells.push(first + i)
    newHolders.push(untold[i]!)
    savedBits.push(saved)
  }
  return { worth: inSteps(gain * weight), explained, cells, newHolders, saved: savedBits }
}

/** The addition of a cohort that was chosen with `one`, and then explains `more` without being described again. */
export function joinedAdditions(one: Addition, more: Addition, worth: number): Addition {
  const all = [one, more].flatMap((part) => part.cells.map((cell, i) => ({ cell, part, i })))
  all.sort((a, b) => a.cell - b.cell)
  return {
    worth,
    explained: one.explained + more.explained,
    cells: all.map(({ cell }) => cell),
    newHolders: all.map(({ part, i }) => part.newHolders[i]!),
    saved: all.map(({ part, i }) => part.saved[i]!),
  }
}

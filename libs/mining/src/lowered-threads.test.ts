import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { lowerBackgroundThreads } from '@assay/threads'
import { afterEach, expect, test } from 'vitest'
import { mineCohortsInThreads } from './cohort-threads.ts'
import { minePotentialRolesInThreads } from './concepts/role-threads.ts'
import { encodeSnapshotToBuffer } from './encode-snapshot.ts'
import { organisationParts } from './testing-snapshots.ts'

afterEach(() => lowerBackgroundThreads(0))

const buffer = encodeSnapshotToBuffer(organisationParts({ identityCount: 6000, seed: 1 }))

/** How many threads of this process have the niceness 7, and the main one's. */
function nicenesses() {
  const threads = readdirSync('/proc/self/task').map(Number)
  const of = (thread: number) => {
    try {
      return getPriority(thread)
    } catch {
      return undefined // it has ended meanwhile
    }
  }
  return { lowered: threads.filter((thread) => of(thread) === 7).length, main: of(process.pid) }
}

const minings = {
  cohorts: (onProgress: () => void) => mineCohortsInThreads(buffer, {}, { threads: 2, onProgress }),
  'potential roles': (onProgress: () => void) =>
    minePotentialRolesInThreads(buffer, {}, { threads: 2, onProgress, onOutline: onProgress }),
}

test.skipIf(process.platform !== 'linux').each(Object.entries(minings))(
  'the threads that mine %s yield, and no other thread of the process does',
  async (_, mine) => {
    const before = nicenesses().main
    lowerBackgroundThreads(7, 0)
    const seen: ReturnType<typeof nicenesses>[] = []
    await mine(() => seen.push(nicenesses()))
    // A helper yields when it gets its next part.
    expect(Math.max(...seen.map(({ lowered }) => lowered))).toBeGreaterThanOrEqual(1)
    expect(new Set(seen.map(({ main }) => main))).toEqual(new Set([before]))
    lowerBackgroundThreads(0)
    const later: ReturnType<typeof nicenesses>[] = []
    await mine(() => later.push(nicenesses()))
    expect(Math.max(...later.map(({ lowered }) => lowered))).toBe(0)
  },
)

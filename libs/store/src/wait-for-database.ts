import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@assay/errors'
import { DatabaseProbe, type DatabaseProbeOptions } from './database-probe.ts'

const pauseMs = 1_000
/** At its start, a process waits longer for an answer, since the machine may be busy with starting everything else. */
const patienceMs = 15_000
/** Faults that an operator must correct in the settings of this process, so that waiting is useless. */
const lasting: ReadonlySet<string> = new Set(['DATABASE_LOGIN_REFUSED', 'DATABASE_LOGIN_UNFIT', 'DATABASE_MISSING'])

/**
 * Waits until the database can be used: it answers, takes writes, and has the schema of this version, or a newer one that removes nothing.
 * `onWait` receives each reason for waiting once.
 * @throws DomainError with a message for the operator when waiting is useless: a login that is refused or has too many rights, a missing
 * database, a newer schema that this version cannot use
 */
export async function waitForDatabase(options: DatabaseProbeOptions, onWait: (message: string) => void): Promise<void> {
  const { url, directUrl = url } = options
  for (const each of new Set([url, directUrl])) await waitForAddress({ ...options, url: each }, onWait)
}

async function waitForAddress(options: DatabaseProbeOptions, onWait: (message: string) => void): Promise<void> {
  const probe = new DatabaseProbe(options)
  let told: string | undefined
  try {
    for (;;) {
      try {
        await probe.check(AbortSignal.timeout(patienceMs))
        return
      } catch (error) {
        if (!(error instanceof DomainError) || error.kind !== 'unavailable' || lasting.has(error.reason ?? ''))
          throw error
        if (error.message !== told) onWait(error.message)
        told = error.message
      }
      await sleep(pauseMs)
    }
  } finally {
    await probe.close()
  }
}

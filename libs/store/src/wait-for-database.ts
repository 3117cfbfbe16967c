import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@assay/errors'
import { DatabaseProbe, type DatabaseProbeOptions } from './database-probe.ts'

const pauseMs = 1_000
/** A start can be patient, on a machine that may be busy with starting everything else. */
const patienceMs = 15_000
/** What an operator has to put right in the settings of this process: waiting for it is of no use. */
const lasting: ReadonlySet<string> = new Set(['DATABASE_LOGIN_REFUSED', 'DATABASE_LOGIN_UNFIT', 'DATABASE_MISSING'])

/**
 * Waits until the database can be worked with: it answers, takes writes, and has the schema of this version, or a newer one that
 * takes nothing away. `onWait` hears why it waits, once for each reason.
 * @throws DomainError with words for the operator where waiting is of no use: a login that is refused or may do too
 *   much, no such database, a newer schema that this version cannot work with
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

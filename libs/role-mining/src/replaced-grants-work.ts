import { setTimeout as sleep } from 'node:timers/promises'
import { dropReplacedGrants } from '@assay/directory'
import { DomainError } from '@assay/errors'
import { defineWork } from '@assay/jobs'
import type { Sql } from '@assay/store'
import { replacedGrantsQueue } from './queues.ts'

/** Five seconds in total. */
const mostTries = 20
const pauseMs = 250

export function replacedGrantsWork({ sql }: { readonly sql: Sql }) {
  return defineWork<{ tenantId: number }, { tenantId: number }>({
    queue: replacedGrantsQueue,
    title: 'The removal of replaced grants',
    takeUp: async (payload) => payload,
    run: ({ tenantId }, { signal }) => dropBetweenReaders(sql, tenantId, signal),
  })
}

/** Most readers end in a moment. Only a reader that takes longer makes the job wait in the queue, where people see it. */
async function dropBetweenReaders(sql: Sql, tenantId: number, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await dropReplacedGrants(sql, tenantId, signal)
    } catch (error) {
      if (tries === mostTries || !(error instanceof DomainError && error.kind === 'aborted')) throw error
    }
    await sleep(pauseMs, undefined, { signal })
  }
}

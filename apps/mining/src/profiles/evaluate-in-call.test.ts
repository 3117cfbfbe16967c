import { resourceExhausted, unavailable } from '@assay/errors'
import { type Jobs, jobs } from '@assay/jobs'
import { createAccessProfile, getAccessProfile } from '@assay/profiles'
import { principalKey } from '@assay/server'
import { testPrincipal } from '@assay/server/testing'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { createContextValues } from '@connectrpc/connect'
import { afterAll, expect, test } from 'vitest'
import { evaluateInCall } from './evaluate-in-call.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

test.each([
  ['a thread that failed', unavailable('the evaluation failed'), true],
  ['time that ran out', resourceExhausted('it takes too long'), true],
  ['a caller who left', new Error('canceled'), false],
])('after %s the caller gets the error; the profile tells and a worker tries again', async (_, error, isNoted) => {
  const tenantId = await db.tenantId()
  const { sql } = db.database
  const request = { displayName: 'P', createdBy: 'me', entitlements: [], celExpression: 'true', enableAutomation: true }
  const { id } = await inTenant(sql, tenantId, (scoped) => createAccessProfile(scoped, tenantId, request))
  const queued: unknown[] = []
  const recording: Jobs = {
    ...jobs,
    enqueue: async (_, __, payload) => {
      queued.push(payload)
      return true
    },
  }
  const context = { values: createContextValues().set(principalKey, { ...testPrincipal, tenantId }) }
  const call = evaluateInCall({ sql, jobs: recording }, context, id, () => Promise.reject(error))
  await expect(call).rejects.toBe(error)
  const { automationError } = await inTenant(sql, tenantId, (scoped) => getAccessProfile(scoped, id))
  expect(automationError).toBe(
    isNoted
      ? `The last evaluation did not finish: ${error.message}. The members stayed as they were; it is tried again.`
      : '',
  )
  expect(queued).toEqual(isNoted ? [{ tenantId }] : [])
})

import { inJob } from '@assay/tracing'
import { expect, test } from 'vitest'
import { originOf, withOrigin } from './origin.ts'

test('a job keeps the call that asked for it, also from job to job, and gives its payload back without it', () => {
  const job = { span: undefined, callId: 'call-1', workKind: 'import' }
  const data = inJob(job, () => withOrigin({ tenantId: 7 }, 'membership', undefined))
  expect(data).toEqual({ tenantId: 7, origin: { callId: 'call-1' } })
  expect(originOf(data)).toEqual({ payload: { tenantId: 7 }, origin: { callId: 'call-1' } })
})

test('a job that is added by one of its own kind, for as long as there is time, has no call any more', () => {
  const job = { span: undefined, callId: 'call-1', workKind: 'source-pull' }
  expect(inJob(job, () => withOrigin({ tenantId: 7 }, 'source-pull', undefined))).toEqual({ tenantId: 7 })
})

test('what nobody asked for, and what a version before has added, has no origin', () => {
  const payload = { tenantId: 7 }
  expect(withOrigin(payload, 'import', undefined)).toBe(payload)
  expect(originOf(payload)).toEqual({ payload, origin: undefined })
  expect(originOf({ ...payload, origin: { callId: 1, traceparent: 'x' } })).toEqual({
    payload,
    origin: { traceparent: 'x' },
  })
})

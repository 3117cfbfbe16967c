import { type Pull, PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { createClient } from '@connectrpc/connect'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { texts } from './texts.ts'

const pulls = createClient(PullService, transport)

/** @returns whether the call succeeded; a toast reports a failure */
async function done(call: Promise<unknown>, said: string): Promise<boolean> {
  let isDone = true
  try {
    await call
    showToast(said)
  } catch (error) {
    isDone = false
    showToast(sentenceOf(error))
  }
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: PullService.typeName }] })
  return isDone
}

/** Sets how often a source is pulled; address and secret stay. */
export function setSchedule(pull: Pull, intervalMinutes: number, fullIntervalMinutes: number): Promise<boolean> {
  const { sourceId, address, secret } = pull
  return done(pulls.putPull({ sourceId, pull: { address, secret, intervalMinutes, fullIntervalMinutes } }), texts.saved)
}

export function readNow(sourceId: string): Promise<boolean> {
  return done(pulls.pullSource({ sourceId }), texts.asked)
}

export function readNoMore(sourceId: string): Promise<boolean> {
  return done(pulls.deletePull({ sourceId }), texts.stopped)
}

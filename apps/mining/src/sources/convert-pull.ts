import { userIdFromRow } from '@assay/auth'
import {
  Pull_Outcome as Outcome,
  type Pull as PullMessage,
  PullSchema,
} from '@assay/contracts/assay/source/v1/pull_service_pb'
import type { Pull } from '@assay/source-pulls'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const outcomes: Readonly<Record<Pull['outcome'], Outcome>> = {
  none: Outcome.UNSPECIFIED,
  loaded: Outcome.LOADED,
  failed: Outcome.FAILED,
  held_up: Outcome.HELD_UP,
}

export function toPullMessage(pull: Pull): PullMessage {
  const { fullAt, startedAt, endedAt } = pull
  return create(PullSchema, {
    sourceId: pull.source,
    address: pull.address,
    secret: pull.secret,
    intervalMinutes: pull.intervalMinutes,
    nextTime: timestampFromDate(pull.nextAt),
    ...(startedAt && { startTime: timestampFromDate(startedAt) }),
    ...(endedAt && { endTime: timestampFromDate(endedAt) }),
    outcome: outcomes[pull.outcome],
    message: pull.message,
    loadId: pull.loadId ?? '',
    setBy: userIdFromRow(pull.setBy),
    setTime: timestampFromDate(pull.setAt),
    fullIntervalMinutes: pull.fullIntervalMinutes,
    ...(fullAt && { fullTime: timestampFromDate(fullAt) }),
  })
}

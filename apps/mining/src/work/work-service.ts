import { Work_State as State, type WorkSchema, type WorkService } from '@assay/contracts/assay/work/v1/work_service_pb'
import { cancelTenantWork, listTenantWork, type TenantWork, type WorkPosition, WorkWatch } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { principalOf } from '@assay/server'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { cancellableQueues, kindOf, requireMayCancel, seenQueues } from './kinds.ts'

/** Work that takes longer than a call: its progress, and its cancellation. */
export function workService(service: ServiceContext): ServiceImpl<typeof WorkService> {
  const watch = new WorkWatch(service.sql, { queues: seenQueues })
  return {
    listWork: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<WorkPosition>(service.pageTokens, ['work', tenantId], request)
        const { work, last } = await listTenantWork(sql, tenantId, seenQueues, pages)
        return { work: work.map(toWorkMessage), nextPageToken: pages.next(last) }
      }),

    async *watchWork(_, context) {
      const { tenantId } = principalOf(context)
      for await (const work of watch.watch(tenantId, context.signal)) yield { work: work.map(toWorkMessage) }
    },

    cancelWork: ({ workId }, context) =>
      asCaller(service, context, async (sql, caller) => {
        const queues = { shown: seenQueues, cancellable: cancellableQueues }
        const work = await cancelTenantWork(sql, caller.tenantId, workId, queues)
        requireMayCancel(caller, work.queue)
        const after = { queue: work.queue, about: work.about }
        await recordEntry(sql, { kind: 'work.cancel', subject: { type: 'work', id: work.id }, after })
        return toWorkMessage(work)
      }),
  }
}

const states: Readonly<Record<TenantWork['state'], State>> = {
  waiting: State.WAITING,
  delayed: State.DELAYED,
  running: State.RUNNING,
  cancelling: State.CANCELLING,
}

function toWorkMessage(work: TenantWork): MessageInitShape<typeof WorkSchema> {
  const { id, queue, about, state, askedAt, startedAt, progress, message } = work
  const { kind, about: member, cancelledBy } = kindOf(queue)
  return {
    id,
    kind,
    state: states[state],
    aboutId: (member !== undefined && about[member]) || '',
    phase: progress?.phase ?? '',
    doneCount: BigInt(Math.trunc(progress?.done ?? 0)),
    totalCount: BigInt(Math.trunc(progress?.total ?? 0)),
    remainingSeconds: progress?.remainingSeconds,
    message,
    createTime: timestampFromDate(askedAt),
    startTime: startedAt && timestampFromDate(startedAt),
    cancellable: cancelledBy !== undefined,
  }
}

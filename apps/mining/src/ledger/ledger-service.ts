import { ledgerPublicKeys } from '@assay/auth'
import type { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { invalidArgument, notFound } from '@assay/errors'
import {
  type EntryPosition,
  exportLedger,
  getEntry,
  headInJson,
  type LedgerReport,
  listEntries,
  listInForce,
  newestHead,
  type ThingPosition,
  verifyLedger,
} from '@assay/ledger'
import { CallPlaces, principalOf } from '@assay/server'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { fromHeadMessage, toEntryMessage, toHeadMessage, toInForceMessage, toReportMessage } from './convert-entry.ts'

const contentType = 'application/x-ndjson'
/** A verification reads and hashes the whole ledger. */
const verifications = { noun: 'verifications', process: 2, tenant: 1, waiting: 4 } as const
const progressMs = 500
/** Clients accept messages of up to 4 MiB. */
const pieceBytes = 1024 * 1024

/** The ledger: list, export and verify. */
export function ledgerService(service: ServiceContext): ServiceImpl<typeof LedgerService> {
  const places = new CallPlaces(verifications)
  return {
    listEntries: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { actorId, subjectId, kind, startTime, endTime } = request
        const query = {
          ...(actorId !== '' && { actor: actorId }),
          ...(subjectId !== '' && { subject: subjectId }),
          ...(kind !== '' && { kind }),
          ...(startTime && { from: timestampDate(startTime) }),
          ...(endTime && { until: timestampDate(endTime) }),
        }
        const asked = [actorId, subjectId, kind, query.from?.getTime() ?? '', query.until?.getTime() ?? '']
        const pages = new Pages<EntryPosition>(service.pageTokens, ['ledger', tenantId, asked], request)
        const { entries, last } = await listEntries(sql, query, pages)
        return { entries: entries.map(toEntryMessage), nextPageToken: pages.next(last) }
      }),

    getEntry: ({ entryId }, context) =>
      asCaller(service, context, async (sql) => toEntryMessage(await getEntry(sql, entryId))),

    listInForce: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { asOfTime, subjectType, subjectId } = request
        if (asOfTime === undefined) throw invalidArgument('as_of_time', 'is required')
        const at = timestampDate(asOfTime)
        const query = {
          at,
          ...(subjectType !== '' && { type: subjectType }),
          ...(subjectId !== '' && { id: subjectId }),
        }
        const asked = ['in force', tenantId, at.getTime(), subjectType, subjectId]
        const pages = new Pages<ThingPosition>(service.pageTokens, asked, request)
        const { things, last } = await listInForce(sql, query, pages)
        return { things: things.map(toInForceMessage), nextPageToken: pages.next(last) }
      }),

    async *exportEntries({ afterPosition }, context) {
      const { tenantId } = principalOf(context)
      if (afterPosition < 0n) throw invalidArgument('after_position', `must be 0 or more, it is ${afterPosition}`)
      // No ledger has a position above the largest safe integer, so nothing comes after it.
      const after = Math.min(Number(afterPosition), Number.MAX_SAFE_INTEGER)
      const keys = await ledgerPublicKeys(service.sql)
      context.responseHeader.set('content-disposition', 'attachment; filename="ledger.ndjson"')
      let isEmpty = true
      for await (const lines of exportLedger(service.sql, tenantId, { afterPosition: after, keys })) {
        isEmpty = false
        const data = Buffer.from(lines)
        for (let at = 0; at < data.length; at += pieceBytes)
          yield { contentType, data: data.subarray(at, at + pieceBytes) }
      }
      // An empty ledger also needs one message, which carries the content type.
      if (isEmpty) yield { contentType, data: new Uint8Array(0) }
    },

    async *verifyLedger({ head: given }, context) {
      const { tenantId } = principalOf(context)
      const head = given && fromHeadMessage(given, tenantId)
      const keys = await ledgerPublicKeys(service.sql)
      let checked = 0
      let report: LedgerReport | undefined
      const verifying = places.run(tenantId, context.signal, async () => {
        const { signal } = context
        report = await verifyLedger(service.sql, tenantId, {
          keys,
          head,
          signal,
          onProgress: (done) => (checked = done),
        })
      })
      verifying.catch(() => {})
      while (report === undefined) {
        await Promise.race([verifying, new Promise((resolve) => setTimeout(resolve, progressMs))])
        if (report === undefined) yield { checkedEntries: BigInt(checked) }
      }
      const { entries } = report as LedgerReport
      yield { checkedEntries: BigInt(entries), report: toReportMessage(report) }
    },

    getHead: (_, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const head = await newestHead(sql)
        if (head === undefined) throw notFound('signed head', 'newest')
        return toHeadMessage(headInJson(tenantId, head, await ledgerPublicKeys(sql)))
      }),
  }
}

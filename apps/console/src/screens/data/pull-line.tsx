import { Pull_Outcome as Outcome, type Pull, PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { useQuery } from '@connectrpc/connect-query'
import { formatTime } from '../../kit/times.ts'
import { texts } from './texts.ts'

const lookAgainMs = 2_000

/** The pull of a source, requested again until a pull has ended; undefined for a source that is not pulled. */
export function usePull(sourceId: string, isRead: boolean): Pull | undefined {
  return useQuery(
    PullService.method.getPull,
    { sourceId },
    {
      enabled: isRead,
      retry: false,
      refetchInterval: ({ state }) => (state.data && state.data.endTime === undefined ? lookAgainMs : false),
    },
  ).data
}

/** `Read from https://…; next Nov 30, 2026, 15:22. It could not be read: …` */
export function pullWords({ address, nextTime, endTime, outcome, message }: Pull): string {
  if (endTime === undefined) return texts.readsNow(address)
  const next = texts.readsNext(address, formatTime(nextTime))
  if (outcome === Outcome.FAILED) return `${next} ${texts.readingFailed(message)}`
  return message === '' ? next : `${next} ${message}`
}

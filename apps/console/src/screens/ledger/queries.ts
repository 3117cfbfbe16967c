import type { Entry } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { type InForce, LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { useMemo } from 'react'
import { endOfDay, startOfDay } from '../../kit/dates.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import type { LedgerSearch } from './search.ts'

const entriesOf = ({ entries }: { readonly entries: readonly Entry[] }) => entries
const thingsOf = ({ things }: { readonly things: readonly InForce[] }) => things

type EntryFilter = Pick<LedgerSearch, 'what' | 'who' | 'about' | 'from' | 'until'>

/** The entries for the filters in the address, newest first; the previous ones are shown until the new ones arrive. */
export function useEntries({ what = '', who = '', about = '', from = '', until = '' }: EntryFilter, pageSize = 100) {
  const request = useMemo(() => {
    const start = startOfDay(from)
    const end = endOfDay(until)
    return {
      kind: what,
      actorId: who,
      subjectId: about,
      ...(start && { startTime: timestampFromDate(start) }),
      // The call excludes the end, and the page includes it.
      ...(end && { endTime: timestampFromDate(new Date(end.getTime() + 1)) }),
      pageSize,
      pageToken: '',
    }
  }, [what, who, about, from, until, pageSize])
  const query = useInfiniteQuery(LedgerService.method.listEntries, request, {
    ...byPageToken,
    placeholderData: keepPreviousData,
  })
  return { ...query, ...usePages(query, entriesOf) }
}

/** What was in force at the end of a day. */
export function useInForce({ on = '', type = '', id = '' }: { on?: string; type?: string; id?: string }) {
  const request = useMemo(() => {
    const end = endOfDay(on)
    return {
      ...(end && { asOfTime: timestampFromDate(end) }),
      subjectType: type,
      subjectId: id,
      pageSize: 25,
      pageToken: '',
    }
  }, [on, type, id])
  const query = useInfiniteQuery(LedgerService.method.listInForce, request, {
    ...byPageToken,
    enabled: request.asOfTime !== undefined,
    placeholderData: keepPreviousData,
  })
  return { ...query, ...usePages(query, thingsOf) }
}

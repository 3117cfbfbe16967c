import { Failed } from '../../kit/failed.tsx'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { ShareBar } from '../../kit/share-bar.tsx'
import { formatIsoDay } from '../../kit/times.ts'
import type { useReadiness } from './queries.ts'
import { texts } from './texts.ts'

/** The amount of loaded data, and its quality for mining. */
export function DataCard({ readiness }: { readonly readiness: ReturnType<typeof useReadiness> }) {
  const { data, error, isPending, refetch } = readiness
  return (
    <section className="card" aria-label={texts.data} aria-busy={isPending}>
      <h2>{texts.data}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data !== undefined && data.reach === undefined && <p>{inReadingOrder(data.errorMessage) || texts.measuring}</p>}
      {data?.reach !== undefined && (
        <>
          <dl className="figures">
            <dt>{texts.people}</dt>
            <dd>{formatCount(Number(data.people))}</dd>
            <dt>{texts.enabled}</dt>
            <dd>{formatShare(Number(data.enabledPeople), Number(data.people))}</dd>
            <dt>{texts.entitlements}</dt>
            <dd>{formatCount(Number(data.entitlements))}</dd>
            <dt>{texts.usage}</dt>
            <dd>{formatIsoDay(data.usageThroughDay)}</dd>
            <dt>{texts.explained}</dt>
            <dd>
              {formatShare(Number(data.reach.commonGrants + data.reach.coveredGrants), Number(data.reach.grants))}
              <ShareBar share={data.reach.share} />
            </dd>
          </dl>
          <p className="small muted">{texts.onlyPeople}</p>
        </>
      )}
    </section>
  )
}

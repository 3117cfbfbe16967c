import type { Load } from '@assay/contracts/assay/source/v1/source_pb'
import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { WorkList } from '../../kit/work-list.tsx'
import { useWork } from '../../shell/work.ts'
import { Report } from './load-report.tsx'
import { useReadinessOf } from './queries.ts'
import { texts } from './texts.ts'

/** A load that is in force: the quality of the data compared with before, and links to the next steps. */
export function DoneCard({ load }: { readonly load: Load }) {
  const { data, error, refetch } = useReadinessOf(load.importId)
  const work = useWork()
  const isOfLoad = data?.importId === load.importId
  const shown = isOfLoad
    ? data.findings.filter(({ count, previousCount }) => count > 0 || (previousCount ?? 0n) > 0n)
    : []
  return (
    <section className="card stack" aria-label={texts.done}>
      <h2>{texts.done}</h2>
      {load.changedNothing && <p>{texts.changedNothing}</p>}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isOfLoad && error === null && <p aria-busy="true">{texts.measuring}</p>}
      {isOfLoad && data.reach?.grants === 0n && <p>{texts.noGrants}</p>}
      {isOfLoad && data.reach !== undefined && data.reach.grants > 0n && (
        <p>
          {texts.reach(
            Number(data.people),
            Number(data.entitlements),
            formatShare(Number(data.reach.commonGrants + data.reach.coveredGrants), Number(data.reach.grants)),
          )}
        </p>
      )}
      {shown.length > 0 && (
        <table className="figures-table">
          <caption>{texts.readiness}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.what}</th>
              <th scope="col">{texts.now}</th>
              <th scope="col">{texts.before}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ kind, title, count, previousCount }) => (
              <tr key={kind}>
                <th scope="row">{title}</th>
                <td>{formatCount(Number(count))}</td>
                <td>{previousCount === undefined ? texts.noData : formatCount(Number(previousCount))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {work.length > 0 && <WorkList work={work} label={texts.goesOn} />}
      <div className="row">
        <Link className="button" data-kind="accent" to="/candidates" search={{}}>
          {texts.toCandidates}
        </Link>
        <Link className="button" to="/">
          {texts.toStart}
        </Link>
        <Link className="button" to="/data/bring" search={{}}>
          {texts.bringMore}
        </Link>
      </div>
      <Report load={load} />
    </section>
  )
}

import type { Residual } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { isNotYet } from '../start/queries.ts'
import { coverageSentence } from './coverage-sentence.ts'
import { LayerGrants } from './layer-grants.tsx'
import { useLayers } from './queries.ts'
import { type CoverageSearch, type LayerName, layers } from './search.ts'
import { texts } from './texts.ts'

/** The layers with exact sums, where most is left over, and the grants of one of them. */
export function LayersTab({ search }: { readonly search: CoverageSearch }) {
  const { data: residual, error, refetch } = useLayers()
  if (isNotYet(error)) return <p>{texts.noData}</p>
  return (
    <>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {error === null && <Sentence>{residual === undefined ? texts.looking : coverageSentence(residual)}</Sentence>}
      {residual !== undefined && (
        <div className="two-lists">
          <div className="stack">
            <LayerTable residual={residual} chosen={search.layer} />
            {residual.orphanRows > 0n && (
              <p className="small muted">
                {formatCount(Number(residual.orphanRows))} {texts.orphans}
              </p>
            )}
          </div>
          {search.layer === undefined && search.app === undefined ? (
            <ApplicationTable residual={residual} />
          ) : (
            <LayerGrants search={search} />
          )}
        </div>
      )}
    </>
  )
}

function LayerTable({ residual, chosen }: { readonly residual: Residual; readonly chosen: LayerName | undefined }) {
  const all = Number(residual.grants)
  return (
    <table className="table">
      <caption className="for-readers">{texts.layers}</caption>
      <thead>
        <tr>
          <th scope="col" className="words">
            {texts.layer}
          </th>
          <th scope="col">{texts.grants}</th>
          <th scope="col" className="wide-only">
            {texts.share}
          </th>
          <th scope="col" className="wide-only">
            {texts.identities}
          </th>
        </tr>
      </thead>
      <tbody>
        {(Object.keys(layers) as LayerName[]).map((name) => {
          const sum = residual.layers.find(({ layer }) => layer === layers[name].layer)
          const grants = Number(sum?.grants ?? 0n)
          return (
            <tr key={name} aria-current={name === chosen ? 'true' : undefined}>
              <th scope="row">
                {grants === 0 ? (
                  layers[name].title
                ) : (
                  <Link to="/coverage" search={{ layer: name }}>
                    {layers[name].title}
                  </Link>
                )}
                <p className="small muted">{layers[name].kind}</p>
              </th>
              <td>{formatCount(grants)}</td>
              <td className="wide-only">
                <span className="share-with-bar">
                  <ShareBar share={all === 0 ? 0 : grants / all} />
                </span>
              </td>
              <td className="wide-only">{counted(Number(sum?.identities ?? 0n), 'holder', 'holders')}</td>
            </tr>
          )
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{texts.sum}</th>
          <td>{formatCount(all)}</td>
          <td className="wide-only" />
          <td className="wide-only" />
        </tr>
      </tfoot>
    </table>
  )
}

function ApplicationTable({ residual: { applications } }: { readonly residual: Residual }) {
  if (applications.length === 0) return null
  return (
    <table className="table">
      <caption className="for-readers">{texts.applications}</caption>
      <thead>
        <tr>
          <th scope="col" className="words">
            {texts.application}
          </th>
          <th scope="col">{texts.staysOver}</th>
        </tr>
      </thead>
      <tbody>
        {applications.map(({ applicationId, displayName, grants, residualGrants }) => (
          <tr key={applicationId}>
            <th scope="row">
              <Link to="/coverage" search={{ app: applicationId }}>
                <bdi>{displayName || applicationId}</bdi>
              </Link>
            </th>
            <td>{formatShare(Number(residualGrants), Number(grants))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

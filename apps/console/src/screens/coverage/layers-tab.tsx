import type { Residual } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { NothingLoaded } from '../../kit/nothing-loaded.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { Table } from '../../kit/table.tsx'
import { isNotYet } from '../start/queries.ts'
import { LayerGrants } from './layer-grants.tsx'
import { useLayers } from './queries.ts'
import { type CoverageSearch, type LayerName, layers } from './search.ts'
import { coverageSentence, layerKinds, layerNames, texts } from './texts.ts'

/** The layers with exact sums, the applications with the largest residual, and the grants of one layer. */
export function LayersTab({ search }: { readonly search: CoverageSearch }) {
  const { data: residual, error, refetch } = useLayers()
  if (isNotYet(error)) return <NothingLoaded />
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
  const sumOf = (name: LayerName) => residual.layers.find(({ layer }) => layer === layers[name].layer)
  const grantsOf = (name: LayerName) => Number(sumOf(name)?.grants ?? 0n)
  return (
    <Table
      caption={texts.layers}
      rows={Object.keys(layers) as LayerName[]}
      keyOf={(name) => name}
      isCurrent={(name) => name === chosen}
      head={{
        title: texts.layer,
        cell: (name) => <LayerHead name={name} isEmpty={grantsOf(name) === 0} />,
        sum: texts.sum,
      }}
      columns={[
        { title: texts.grants, cell: (name) => formatCount(grantsOf(name)), sum: formatCount(all) },
        {
          title: texts.share,
          isWideOnly: true,
          cell: (name) => (
            <span className="share-with-bar">
              <ShareBar share={all === 0 ? 0 : grantsOf(name) / all} />
            </span>
          ),
        },
        {
          title: texts.identities,
          isWideOnly: true,
          cell: (name) => texts.holders(Number(sumOf(name)?.identities ?? 0n)),
        },
      ]}
    />
  )
}

function LayerHead({ name, isEmpty }: { readonly name: LayerName; readonly isEmpty: boolean }) {
  const title = layerNames[name]
  return (
    <>
      {isEmpty ? (
        title
      ) : (
        <Link to="/coverage" search={{ layer: name }}>
          {title}
        </Link>
      )}
      <p className="small muted">{layerKinds[layers[name].kind]}</p>
    </>
  )
}

function ApplicationTable({ residual: { applications } }: { readonly residual: Residual }) {
  if (applications.length === 0) return null
  return (
    <Table
      caption={texts.applications}
      rows={applications}
      keyOf={({ applicationId }) => applicationId}
      head={{
        title: texts.application,
        cell: ({ applicationId, displayName }) => (
          <Link to="/coverage" search={{ app: applicationId }}>
            <bdi>{displayName || applicationId}</bdi>
          </Link>
        ),
      }}
      columns={[
        {
          title: texts.staysOver,
          cell: ({ grants, residualGrants }) => formatShare(Number(residualGrants), Number(grants)),
        },
      ]}
    />
  )
}

import { PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { type Orphan, type Source, Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { CallButton } from '../../kit/call-button.tsx'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { ListSentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { pullWords, usePull } from '../data/pull-line.tsx'
import { loadStates } from '../data/texts.ts'
import { Accounts } from './accounts.tsx'
import { DeleteSource } from './delete-source.tsx'
import { sourceKey } from './queries.ts'
import { texts } from './texts.ts'

const page = getRouteApi('/inside/data/sources/$id')

/** One source: its loads and its orphans. */
export function SourceScreen() {
  const { id } = page.useParams()
  const may = useMay('administer')
  const source = useQuery(SourceService.method.getSource, { sourceId: id })
  const { displayName, newestLoad, readyMap } = source.data ?? {}
  const isRead = readyMap === 'scim'
  const isGone = source.error !== null && ConnectError.from(source.error).code === Code.NotFound
  return (
    <>
      <nav aria-label={texts.belongs}>
        <Link to="/data">{texts.toData}</Link>
      </nav>
      <PageTitle>{displayName || id}</PageTitle>
      <ListSentence asked={source} isEmpty={source.data === undefined} looking={texts.looking}>
        {source.data === undefined ? '' : sourceSentence(source.data)}
      </ListSentence>
      {isGone && <p>{texts.gone}</p>}
      {source.error !== null && !isGone && <Failed error={source.error} onRetry={() => void source.refetch()} />}
      {may && id !== 'native' && source.data !== undefined && !isRead && (
        <div className="row">
          <Link className="button" data-kind="accent" to="/data/bring" search={{ source: id }}>
            {texts.bring}
          </Link>
        </div>
      )}
      {isRead && <Reading sourceId={id} />}
      {!isGone && (
        <>
          <Loads sourceId={id} inForce={newestLoad?.id ?? ''} />
          <Correlation sourceId={id} />
        </>
      )}
      {newestLoad !== undefined && id !== 'native' && (
        <>
          <Orphans sourceId={id} />
          <Accounts sourceId={id} />
        </>
      )}
      {may && source.data !== undefined && <DeleteSource source={source.data} />}
    </>
  )
}

function sourceSentence({ id, newestLoad, linkedAccountCount, orphanCount }: Source): string {
  if (newestLoad === undefined) return texts.nothingYet
  // The import API loads people directly, so it has no accounts.
  if (id === 'native') {
    const { people = 0, grants = 0n } = newestLoad.counts ?? {}
    return texts.inForceNow(people, Number(grants))
  }
  return texts.owned(Number(linkedAccountCount), Number(orphanCount))
}

/** The pull of a source, and a button that pulls now. */
function Reading({ sourceId }: { readonly sourceId: string }) {
  const may = useMay('administer')
  const pull = usePull(sourceId, true)
  const ended = pull?.endTime?.seconds
  // A pull that has ended may have made a load.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the end of a pull decides when to request again
  useEffect(() => void queryClient.invalidateQueries({ queryKey: sourceKey }), [ended])
  const { mutate: read, isPending } = useMutation(PullService.method.pullSource, {
    onSuccess: () => void queryClient.invalidateQueries(),
    onError: (error) => showToast(sentenceOf(error)),
  })
  if (pull === undefined) return null
  return (
    <section className="card stack" aria-label={texts.reading}>
      <h2>{texts.reading}</h2>
      <p role="status">{pullWords(pull)}</p>
      {may && (
        <div className="row">
          <CallButton isBusy={isPending || ended === undefined} onPress={() => read({ sourceId })}>
            {texts.readNow}
          </CallButton>
        </div>
      )}
    </section>
  )
}

function Loads({ sourceId, inForce }: { readonly sourceId: string; readonly inForce: string }) {
  const { data, error, refetch } = useQuery(SourceService.method.listLoads, { sourceId, pageSize: 10 })
  return (
    <section className="card stack" aria-label={texts.loads}>
      <h2>{texts.loads}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.loads.length === 0 && <p>{texts.noLoads}</p>}
      <ul className="stack">
        {data?.loads.map((load) => (
          <li key={load.id}>
            <Link to="/data/bring" search={{ source: sourceId, load: load.id }}>
              {formatTime(load.createTime)}
            </Link>
            <p className="small muted">
              {load.id === inForce ? texts.inForce : enumWords(loadStates, load.state)}
              {load.counts && `; ${texts.peopleAndGrants(load.counts.people, Number(load.counts.grants))}`}
              {load.state === State.FAILED && `: ${inReadingOrder(load.errorMessage)}`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Correlation({ sourceId }: { readonly sourceId: string }) {
  const { data } = useQuery(SourceService.method.getCorrelation, { sourceId })
  const found = data?.inForce[0]
  if (found === undefined) return null
  return (
    <section className="card stack" aria-label={texts.correlation}>
      <h2>{texts.correlation}</h2>
      <ul>
        {found.linked.map(({ rule, count }) => (
          <li key={rule}>{texts.byRule(Number(count), rule)}</li>
        ))}
        <li>{texts.byNothing(Number(found.unmatchedCount))}</li>
        {found.ambiguousCount > 0n && <li>{texts.ambiguous(Number(found.ambiguousCount))}</li>}
        {found.conflictCount > 0n && <li>{texts.conflicts(Number(found.conflictCount))}</li>}
      </ul>
    </section>
  )
}

function Orphans({ sourceId }: { readonly sourceId: string }) {
  const { data, error, refetch } = useQuery(SourceService.method.listOrphans, { sourceId, pageSize: 50 })
  return (
    <section className="card stack" aria-label={texts.orphans}>
      <h2>{texts.orphans}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.orphans.length === 0 && <p>{texts.noOrphans}</p>}
      {data !== undefined && data.orphans.length > 0 && <p className="small muted">{texts.orphanHint}</p>}
      <ul className="stack">
        {data?.orphans.map((orphan) => (
          <li key={`${orphan.applicationId} ${orphan.value}`}>
            <OrphanLine orphan={orphan} />
          </li>
        ))}
      </ul>
      {data?.nextPageToken !== '' && data !== undefined && <p className="small muted">{texts.more}</p>}
    </section>
  )
}

function OrphanLine({ orphan }: { readonly orphan: Orphan }) {
  const may = useMay('administer')
  const { mutate: link, isPending } = useMutation(SourceService.method.linkAccount, {
    onSuccess: () => {
      showToast(texts.linked)
      void queryClient.invalidateQueries()
    },
    onError: (error) => showToast(sentenceOf(error)),
  })
  const { sourceId, applicationId, value, reason, rowCount, place, candidateIds } = orphan
  return (
    <>
      <bdi>{value}</bdi> {applicationId !== '' && <span className="muted">{texts.inApplication(applicationId)}</span>}
      <p className="small muted">
        {enumWords(texts.reasons, reason)}; {texts.rows(Number(rowCount), place)}
      </p>
      {candidateIds.length > 0 && (
        <ul className="row" aria-label={texts.proposed}>
          {candidateIds.map((identityId) => (
            <li key={identityId} className="row">
              <Link to="/people/$id" params={{ id: identityId }}>
                <bdi>{identityId}</bdi>
              </Link>
              {may && applicationId !== '' && (
                <CallButton
                  isBusy={isPending}
                  aria-label={`${value}: ${texts.link} ${identityId}`}
                  onPress={() => link({ sourceId, applicationId, accountId: value, identityId })}
                >
                  {texts.link}
                </CallButton>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

import type { Source } from '@assay/contracts/assay/source/v1/source_pb'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { WorkList } from '../../kit/work-list.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { useWork } from '../../shell/work.ts'
import { useSources, useUploads } from '../bring/queries.ts'
import { FirstSteps } from './first-steps.tsx'
import { pullWords, usePull } from './pull-line.tsx'
import { ScimForm } from './scim-form.tsx'
import { texts } from './texts.ts'

/** The sources of the data, and the running work on them. */
export function Data() {
  const may = useMay('administer')
  const { data, error, isPending, refetch } = useSources()
  const uploads = useUploads().data?.uploads ?? []
  const work = useWork()
  const sources = data?.sources ?? []
  const isEmpty = !isPending && error === null && sources.every(({ newestLoad }) => newestLoad === undefined)
  // Work that has ended may have brought data into force.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the running work decides when to request again
  useEffect(() => void refetch(), [work.length, refetch])
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <ListSentence asked={{ error, isPending }} isEmpty={data === undefined} looking={texts.looking}>
        {sentenceOf(sources)}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {may && !isEmpty && (
        <div className="row">
          <Link className="button" data-kind="accent" to="/data/bring" search={{}}>
            {texts.bring}
          </Link>
        </div>
      )}
      {work.length > 0 && (
        <section className="card stack" aria-label={texts.work}>
          <h2>{texts.work}</h2>
          <WorkList work={work} label={texts.work} />
        </section>
      )}
      {uploads.length > 0 && may && (
        <section className="card stack" aria-label={texts.waiting}>
          <h2>{texts.waiting}</h2>
          <p>
            {texts.sentWithoutLoad(uploads.length)}{' '}
            <Link to="/data/bring" search={{}}>
              {texts.goOn}
            </Link>
          </p>
        </section>
      )}
      {isEmpty && <FirstSteps />}
      {sources.length > 0 && (
        <section className="card stack" aria-label={texts.sources}>
          <h2>{texts.sources}</h2>
          <ul className="stack">
            {sources.map((source) => (
              <li key={source.id}>
                <SourceLine source={source} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {may && sources.length > 0 && !isEmpty && (
        <section className="card" aria-label={texts.scim}>
          <details>
            <summary>{texts.scim}</summary>
            <ScimForm />
          </details>
        </section>
      )}
    </>
  )
}

function SourceLine({ source }: { readonly source: Source }) {
  const { id, displayName, readyMap, newestLoad, orphanCount } = source
  const counts = newestLoad?.counts
  const pull = usePull(id, readyMap === 'scim')
  const loaded =
    counts === undefined
      ? texts.neverLoaded
      : texts.inForceSince(counts.people, Number(counts.grants), formatTime(newestLoad?.commitTime))
  return (
    <>
      <Link to="/data/sources/$id" params={{ id }}>
        <bdi>{displayName || id}</bdi>
      </Link>
      <p className="small muted">
        {id === 'native' ? texts.native(loaded) : loaded}
        {orphanCount > 0n && `; ${texts.nobodys(Number(orphanCount))}`}
      </p>
      {pull !== undefined && <p className="small muted">{pullWords(pull)}</p>}
    </>
  )
}

function sentenceOf(sources: readonly Source[]): string {
  if (sources.length === 0) return texts.none
  const inForce = sources.filter(({ newestLoad }) => newestLoad !== undefined).length
  return texts.howMany(sources.length, inForce)
}

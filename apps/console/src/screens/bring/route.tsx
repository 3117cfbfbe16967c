import { ConnectError } from '@connectrpc/connect'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { queryClient } from '../../shell/calls.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { useStore } from '../../shell/store.ts'
import { beginCheck } from './begin-check.ts'
import { FilesCard } from './files-card.tsx'
import { LoadCard } from './load-card.tsx'
import { MapCard } from './map-card.tsx'
import { mapDraft } from './map-draft.ts'
import { useLoad, useOwnMap, usePreview, useSources, useUploads } from './queries.ts'
import { ResultCard } from './result-card.tsx'
import { isSourceId, sourceIdOf } from './source-id.ts'
import { bringSentence, texts } from './texts.ts'

const page = getRouteApi('/inside/data/bring')
const previewAfterMs = 400

/** The way from files to a checked load, on one page: recognise, map, check, commit. */
export function Bring() {
  const may = useMay('administer')
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      {may ? (
        <BringPage />
      ) : (
        <>
          <p>{texts.noRight}</p>
          <p>
            <Link className="button" to="/data">
              {texts.toData}
            </Link>
          </p>
        </>
      )}
    </>
  )
}

function BringPage() {
  const { source = '', load: loadId = '', without: left = '' } = page.useSearch()
  const navigate = page.useNavigate()
  const uploadsQuery = useUploads()
  const sourcesQuery = useSources()
  const load = useLoad(loadId)
  const uploads = uploadsQuery.data?.uploads ?? []
  const without = new Set(left.split(',').filter(Boolean))
  const used = uploads.filter(({ id, sizeBytes, receivedBytes }) => !without.has(id) && sizeBytes === receivedBytes)
  const suggested = sourceIdOf(used[0]?.fileName ?? '')
  const sourceId = source || (used.length > 0 ? suggested : '')
  const known = sourcesQuery.data?.sources.find(({ id }) => id === sourceId)
  const ownMap = useOwnMap(sourceId, known !== undefined).data?.maps[0]?.content ?? ''
  const draft = useStore(mapDraft)
  const isEdited = draft?.source === sourceId && draft.content !== ''
  const asked = useSettled(isEdited ? draft.content : ownMap)
  const ids = used.map(({ id }) => id)
  const preview = usePreview(ids, asked, loadId === '')
  const shown = used.length === 0 ? undefined : preview.data
  // The check would use the first map as it is shown, so the result of this map is shown as well.
  const firstMap = isEdited ? '' : firstMapOf(shown)
  const byFirstMap = usePreview(ids, firstMap, loadId === '' && firstMap !== '')
  const result = firstMap === '' ? preview : byFirstMap
  const [skipInvalid, setSkipInvalid] = useState(false)
  const check = useMutation({
    mutationFn: () =>
      beginCheck({
        sourceId,
        sourceExists: known !== undefined,
        uploadIds: ids,
        map: isEdited ? draft.content : firstMap,
        skipInvalid,
        review: true,
      }),
    onSuccess: ({ id }) => {
      mapDraft.set(undefined)
      void queryClient.invalidateQueries()
      void navigate({ search: { source: sourceId, load: id } })
    },
  })
  const mayCheck = used.length > 0 && isSourceId(sourceId) && shown?.mapFault === undefined
  const again = () => void navigate({ search: sourceId ? { source: sourceId } : {} })

  if (loadId !== '') {
    const before = sourcesQuery.data?.sources.find(({ id }) => id === load.data?.sourceId)?.newestLoad
    return (
      <>
        <Sentence>{load.data === undefined ? texts.lookingAtLoad : bringSentence([], undefined, load.data)}</Sentence>
        {load.error !== null && <Failed error={load.error} onRetry={() => void load.refetch()} />}
        {load.data !== undefined && <LoadCard load={load.data} before={before} onAgain={again} />}
      </>
    )
  }
  return (
    <>
      <Sentence>{bringSentence(uploads, shown, undefined)}</Sentence>
      {uploadsQuery.error !== null && <Failed error={uploadsQuery.error} onRetry={() => void uploadsQuery.refetch()} />}
      <FilesCard
        uploads={uploads}
        preview={shown}
        without={without}
        onUse={(id, isUsed) => {
          const next = isUsed ? [...without].filter((one) => one !== id) : [...without, id]
          void navigate({
            search: { ...(source && { source }), ...(next.length > 0 && { without: next.join(',') }) },
            replace: true,
          })
        }}
      />
      {used.length > 0 && preview.error !== null && (
        <Failed error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {used.length > 0 && (
        <>
          <MapCard
            preview={shown}
            content={isEdited ? draft.content : (shown?.mapContent ?? '')}
            isEdited={isEdited}
            onEdit={(content) => mapDraft.set({ source: sourceId, content })}
            onDrop={() => mapDraft.set(undefined)}
          />
          {result.data !== undefined && <ResultCard preview={result.data} isOld={result.isPlaceholderData} />}
          <section className="card stack" aria-label={texts.check}>
            <h2>{texts.check}</h2>
            <label className="field">
              <span className="field-label">{texts.source}</span>
              <input
                className="input"
                list="sources"
                value={sourceId}
                aria-invalid={!isSourceId(sourceId)}
                onChange={({ currentTarget: { value } }) => {
                  if (isEdited) mapDraft.set({ source: value, content: draft.content })
                  void navigate({ search: { source: value, ...(left && { without: left }) }, replace: true })
                }}
              />
              <datalist id="sources">
                {sourcesQuery.data?.sources
                  .filter(({ id }) => id !== 'native')
                  .map(({ id }) => (
                    <option key={id} value={id} />
                  ))}
              </datalist>
            </label>
            <p className="small muted">{isSourceId(sourceId) ? replacedWords(known) : texts.sourceWrong}</p>
            <label className="choice">
              <input type="checkbox" checked={skipInvalid} onChange={() => setSkipInvalid(!skipInvalid)} />
              {texts.skipInvalid}
            </label>
            {check.error !== null && <CheckFailed error={check.error} onRetry={() => check.mutate()} />}
            <div className="row">
              <CallButton isMain isBusy={check.isPending} isDisabled={!mayCheck} onPress={() => check.mutate()}>
                {texts.check}
              </CallButton>
              <span className="small muted">{texts.checkHint}</span>
            </div>
          </section>
        </>
      )}
    </>
  )
}

/** The generated first map. When the user has not edited it, it is used as shown, because no other map fits the files. */
function firstMapOf(preview: ReturnType<typeof usePreview>['data']): string {
  return preview?.parts.every(({ map }) => map === '') === true ? preview.mapContent : ''
}

function replacedWords(
  source: NonNullable<ReturnType<typeof useSources>['data']>['sources'][number] | undefined,
): string {
  const counts = source?.newestLoad?.counts
  if (source === undefined) return `${texts.sourceHint} ${texts.sourceIsNew}`
  if (counts === undefined) return `${texts.sourceHint} ${texts.sourceIsEmpty}`
  return texts.replaces(counts.people, Number(counts.grants))
}

function CheckFailed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const navigate = page.useNavigate()
  const open = /load "(\d+)" of the source/.exec(ConnectError.from(error).rawMessage)?.[1]
  if (open === undefined) return <Failed error={error} onRetry={onRetry} />
  return (
    <p role="alert" className="row">
      <span>{texts.another}</span>
      <Button className="button" onPress={() => void navigate({ search: { load: open } })}>
        {texts.toLoad}
      </Button>
    </p>
  )
}

/** A text, updated when the user has not typed for a moment. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => settle(text), previewAfterMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

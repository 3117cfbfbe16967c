import { type MiningSession, MiningSession_State as State } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { Work_Kind as WorkKind } from '@assay/contracts/assay/work/v1/work_service_pb'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { Failed } from '../../kit/failed.tsx'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { formatTime } from '../../kit/times.ts'
import { WorkList } from '../../kit/work-list.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { useWork } from '../../shell/work.ts'
import { forgetSearches, goesOn } from '../searches/queries.ts'
import { populationText, texts as searchesTexts } from '../searches/texts.ts'
import { isNotYet } from '../start/queries.ts'
import { useChangeSearch, useDeleteSearch, useSearch } from './queries.ts'
import { RoleList } from './role-list.tsx'
import { searchSentence, texts } from './texts.ts'
import { TightnessCard } from './tightness-card.tsx'

const route = getRouteApi('/inside/candidates/search/$id')

/** One search: its progress, the tightness of its roles, and the roles. */
export function Search() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const mayMine = useMay('mine')
  const { data: session, error, refetch } = useSearch(id)
  if (session === undefined) {
    return (
      <>
        <PageTitle>{searchesTexts.title}</PageTitle>
        {error === null ? (
          <Sentence>{texts.looking}</Sentence>
        ) : isNotYet(error) ? (
          <p>{texts.gone}</p>
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
        <AllSearches />
      </>
    )
  }
  return (
    <>
      <PageTitle>{session.displayName || searchesTexts.unnamed(formatTime(session.createTime))}</PageTitle>
      <p className="small muted">
        <bdi>{populationText(session)}</bdi>
      </p>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <Progress session={session} />
      <div className="candidate">
        <RoleList session={session} />
        <div className="stack">
          <TightnessCard session={session} search={search} />
          {mayMine && <FewestCard key={session.fewestPeople} session={session} />}
          {mayMine && <KeepCard session={session} />}
        </div>
      </div>
      <AllSearches />
    </>
  )
}

function AllSearches() {
  return (
    <p>
      <Link to="/candidates/search" search={{}}>
        {texts.all}
      </Link>
    </p>
  )
}

/** The progress with a button that cancels it, the reason when there is no result, or the result. */
function Progress({ session }: { readonly session: MiningSession }) {
  const work = useWork().filter(({ kind, aboutId }) => kind === WorkKind.SESSION && aboutId === session.id)
  if (goesOn(session)) {
    const { readyRoleCount: ready, potentialRoleCount: all } = session
    return (
      <section className="card stack" aria-label={texts.work}>
        <WorkList work={work} label={texts.work} />
        <Sentence>{all > 0 ? texts.found(ready, all) : searchesTexts.states.running}</Sentence>
        {all > 0 && <progress aria-label={texts.roles} value={ready} max={all} />}
      </section>
    )
  }
  if (session.state === State.FAILED) {
    return (
      <p role="status">
        {texts.failed}: {inReadingOrder(session.errorMessage)}
      </p>
    )
  }
  return (
    <>
      <Sentence>{searchSentence(session)}</Sentence>
      {session.errorMessage !== '' && <p>{inReadingOrder(session.errorMessage)}</p>}
    </>
  )
}

/** The minimum number of people in a role. A smaller number finds more roles; a change starts the search again. */
function FewestCard({ session: { id, fewestPeople } }: { readonly session: MiningSession }) {
  const [typed, setTyped] = useState(String(fewestPeople))
  const { mutate: change, isPending } = useChangeSearch(() => showToast(texts.askedAgain))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    change({ session: { id, fewestPeople: Number(typed) }, updateMask: { paths: ['fewest_people'] } })
  }
  return (
    <form className="card row" aria-label={texts.again} aria-busy={isPending} onSubmit={submit}>
      <label className="field">
        <span className="field-label">{texts.fewest}</span>
        <input
          type="number"
          className="input"
          min={1}
          max={1_000_000}
          required
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
      <CallButton className="button at-end" isBusy={isPending}>
        {texts.searchAgain}
      </CallButton>
    </form>
  )
}

/** Whether the search is kept, and its deletion, which cannot be undone. */
function KeepCard({ session: { id, kept } }: { readonly session: MiningSession }) {
  const navigate = useNavigate()
  const [isAsking, ask] = useState(false)
  const { mutate: change } = useChangeSearch()
  const { mutate: remove } = useDeleteSearch()
  const confirm = () => {
    ask(false)
    remove(
      { sessionId: id },
      {
        onSuccess: () => {
          showToast(texts.deleted)
          void forgetSearches()
          void navigate({ to: '/candidates/search', search: {} })
        },
      },
    )
  }
  return (
    <section className="card" aria-label={texts.keep}>
      <label className="choice">
        <input
          type="checkbox"
          checked={kept}
          onChange={() => change({ session: { id, kept: !kept }, updateMask: { paths: ['kept'] } })}
        />
        <span>
          {texts.keep}
          <span className="small muted block">{texts.keepMeans}</span>
        </span>
      </label>
      <p>
        <Button className="button" onPress={() => ask(true)}>
          {texts.delete}
        </Button>
      </p>
      <FinalQuestion
        title={texts.deleteTitle}
        means={texts.deleteMeans}
        no={texts.cancel}
        yes={texts.confirmDelete}
        isOpen={isAsking}
        onClose={() => ask(false)}
        onYes={confirm}
      />
    </section>
  )
}

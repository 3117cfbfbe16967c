import { type InboxCandidate, InboxKind, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import type { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { usePageKeys } from '../../shell/page-keys.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { referenceOf } from '../candidates/candidate-source.ts'
import { decide, takeBack } from '../candidates/decisions.ts'
import { candidateOf } from '../compare/reference.ts'
import { keepAsDraft, splitIntoDrafts } from '../drafts/drafts.ts'
import { HandOverQuestion } from '../hand-over/hand-over-question.tsx'
import { useMayHandOver } from '../hand-over/may-hand-over.ts'
import { History } from '../ledger/history.tsx'
import { MatrixPanel } from '../matrix/matrix-panel.tsx'
import { acceptToPublish } from '../publish/publish.ts'
import { texts as publishTexts } from '../publish/texts.ts'
import { AboutTab } from './about-tab.tsx'
import { AcceptQuestion } from './accept-question.tsx'
import { AccessTab } from './access-tab.tsx'
import { DecisionCard } from './decision-card.tsx'
import { DismissQuestion } from './dismiss-question.tsx'
import { effectOf } from './effect.ts'
import { ImpactTab } from './impact-tab.tsx'
import { PeopleTab } from './people-tab.tsx'
import { useCandidate, usePlace } from './queries.ts'
import { type CandidateSearch, entitlementKey, tabs } from './search.ts'
import { candidateSentence, tabNames, texts } from './texts.ts'

const route = getRouteApi('/inside/candidates/$id')

/** One candidate: its evidence, its effect, and the decision. */
export function Candidate() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const { data, error, refetch } = useCandidate(id)
  if (data !== undefined) return <Shown key={id} candidate={data} search={search} />
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      {isGone ? <p>{texts.gone}</p> : error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {error === null && <p aria-busy>{texts.looking}</p>}
      <p>
        <Link to="/candidates" search={listOf(search)}>
          {texts.toList}
        </Link>
      </p>
    </>
  )
}

const named = ({ applicationId, entitlementId }: { applicationId: string; entitlementId: string }) => ({
  applicationId,
  entitlementId,
})

/** The search parameters of the list from which the user opened the candidate. */
function listOf({ tab: _, mode: __, out: ___, show: ____, zoom: _____, at: ______, ...list }: CandidateSearch) {
  return list
}

function Shown({ candidate, search }: { readonly candidate: InboxCandidate; readonly search: CandidateSearch }) {
  const navigate = useNavigate()
  const mayDecide = useMay('decide')
  const mayHandOver = useMayHandOver()
  const [asked, ask] = useState<'accept' | 'dismiss' | 'reviewer' | 'system'>()
  const { id, displayName, state, entitlements } = candidate
  const list = listOf(search)
  const { number, totalCount, before, after } = usePlace(id, list)
  const { tab = 'access', mode = 'add' } = search
  const out = useMemo(() => new Set(search.out), [search.out])
  const effect = effectOf(candidate, out)
  const sentence = candidateSentence(candidate, effect)
  const isOpen = state === InboxState.OPEN
  const view = useMemo(() => {
    const removed = entitlements.filter((one) => out.has(entitlementKey(one))).map(named)
    return { candidate: candidateOf(referenceOf(candidate), { removedEntitlements: removed }) }
  }, [candidate, entitlements, out])

  const show = (change: Partial<CandidateSearch>) =>
    void navigate({ to: '/candidates/$id', params: { id }, search: { ...search, ...change }, replace: true })
  const toggle = (key: string) => {
    const next = out.has(key) ? [...out].filter((each) => each !== key) : [...out, key]
    show({ out: next.length === 0 ? undefined : next })
  }
  const goTo = (target: InboxCandidate | undefined) => {
    if (target === undefined) return
    const { tab: kept } = search
    void navigate({ to: '/candidates/$id', params: { id: target.id }, search: { ...list, ...(kept && { tab: kept }) } })
  }
  /** Opens the next candidate of the list; after the last one, the list. */
  const goOn = () => {
    const next = after ?? before
    if (next !== undefined) goTo(next)
    else void navigate({ to: '/candidates', search: list })
  }
  const reference = referenceOf(candidate)
  const leftOut = () => entitlements.filter((one) => out.has(entitlementKey(one))).map(named)
  const toDraft = (draftId: string | undefined) => {
    if (draftId !== undefined) void navigate({ to: '/drafts/$id', params: { id: draftId }, search: {} })
  }
  const acceptance = (name: string) => {
    const value = { displayName: name === displayName ? '' : name, leftOut: leftOut() }
    return { case: 'accept', value } as const
  }
  const accept = (name: string) => {
    goOn()
    return decide([candidate], acceptance(name))
  }
  const toSystem = (profileId: string | undefined) => {
    if (profileId !== undefined)
      void navigate({ to: '/access-profiles/$id', params: { id: profileId }, search: { publish: true } })
  }
  const dismiss = (reason: DismissalReason, comment: string) => {
    goOn()
    return decide([candidate], { case: 'dismiss', value: { reason, comment } })
  }
  const actions = {
    J: () => goTo(after),
    K: () => goTo(before),
    m: () => show({ tab: 'impact', mode: mode === 'add' ? 'replace' : undefined }),
    ...(mayDecide && isOpen && { a: () => effect.entitlementCount > 0 && ask('accept'), d: () => ask('dismiss') }),
    ...(mayHandOver && { r: () => ask('reviewer') }),
  }
  usePageKeys(actions)

  return (
    <>
      <nav className="row" aria-label={texts.itsList}>
        <Link to="/candidates" search={list}>
          {texts.toList}
        </Link>
        {number !== undefined && (
          <span className="muted">{kitTexts.ofAll(formatCount(number), formatCount(totalCount))}</span>
        )}
        <Button className="button" isDisabled={before === undefined} onPress={() => goTo(before)}>
          {texts.before}
        </Button>
        <Button className="button" isDisabled={after === undefined} onPress={() => goTo(after)}>
          {texts.next}
        </Button>
      </nav>
      <PageTitle takesFocus>{displayName}</PageTitle>
      <Sentence>{sentence}</Sentence>
      <div className="candidate">
        <div className="stack">
          <div className="row">
            <nav className="tabs" aria-label={texts.parts}>
              {tabs.map((name) => (
                <Link
                  key={name}
                  className="tab"
                  to="/candidates/$id"
                  params={{ id }}
                  search={{ ...search, tab: name === 'access' ? undefined : name }}
                  replace
                  activeOptions={{ exact: true }}
                >
                  {tabNames[name]}
                </Link>
              ))}
            </nav>
            {out.size > 0 && (
              <Button className="button" data-kind="plain" onPress={() => show({ out: undefined })}>
                {texts.reset}
              </Button>
            )}
          </div>
          {tab === 'access' && <AccessTab candidate={candidate} out={out} onToggle={toggle} />}
          {tab === 'people' && <PeopleTab candidateId={id} />}
          {tab === 'impact' && (
            <ImpactTab
              candidate={candidate}
              out={out}
              mode={mode}
              onMode={(chosen) => show({ mode: chosen === 'replace' ? chosen : undefined })}
            />
          )}
          {tab === 'matrix' && <MatrixPanel view={view} look={search} onLook={show} />}
          {tab === 'about' && <AboutTab candidate={candidate} />}
          {tab === 'history' && (
            <div className="card">
              <History about={id} />
            </div>
          )}
        </div>
        <DecisionCard
          candidate={candidate}
          effect={effect}
          onAccept={() => ask('accept')}
          onDismiss={() => ask('dismiss')}
          onReopen={() => void takeBack([candidate])}
          onHandOver={() => ask('reviewer')}
          onPublish={() => (candidate.accessProfileId === '' ? ask('system') : toSystem(candidate.accessProfileId))}
          onKeep={() => void keepAsDraft(candidateOf(reference, { removedEntitlements: leftOut() })).then(toDraft)}
          onSplit={() =>
            void splitIntoDrafts(candidateOf(reference), { case: 'entitlements', entitlements: leftOut() }).then(
              toDraft,
            )
          }
        />
      </div>
      <AcceptQuestion
        candidateId={id}
        name={displayName}
        sentence={sentence}
        means={candidate.kind === InboxKind.POTENTIAL_ROLE ? texts.acceptRoleMeans : texts.acceptMeans}
        isOpen={asked === 'accept'}
        onClose={() => ask(undefined)}
        onAccept={accept}
      />
      <AcceptQuestion
        candidateId={id}
        name={displayName}
        sentence={sentence}
        means={publishTexts.needsProfile}
        isOpen={asked === 'system'}
        onClose={() => ask(undefined)}
        onAccept={async (name) => {
          const profileId = await acceptToPublish(candidate, acceptance(name))
          toSystem(profileId)
          return profileId
        }}
      />
      <HandOverQuestion
        items={[{ ...reference, displayName }]}
        isOpen={asked === 'reviewer'}
        onClose={() => ask(undefined)}
      />
      <DismissQuestion
        candidateId={id}
        isOpen={asked === 'dismiss'}
        onClose={() => ask(undefined)}
        onDismiss={dismiss}
      />
    </>
  )
}

import type { Draft as DraftMessage } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay, useMayForEverybody } from '../../shell/rights.ts'
import { texts as shellTexts } from '../../shell/texts.ts'
import { storeTyped } from '../../shell/typed.ts'
import { candidateOf } from '../compare/reference.ts'
import { deleteDraft, splitIntoDrafts } from '../drafts/drafts.ts'
import { HandOverQuestion } from '../hand-over/hand-over-question.tsx'
import { texts as handOverTexts } from '../hand-over/texts.ts'
import { texts as publishTexts } from '../publish/texts.ts'
import { ReviewState } from '../review/review-state.tsx'
import { leftOut, withAccessToggled, withLeftOut, withName, withPersonToggled } from './edits.ts'
import { makeProfile } from './make-profile.ts'
import { NameForm, typedDraftName } from './name-form.tsx'
import { DraftAccess, DraftHistory, DraftPeople } from './parts.tsx'
import { useDraft } from './queries.ts'
import { ProfileQuestion, RemoveQuestion } from './questions.tsx'
import { useSavedDraft } from './save-draft.ts'
import { type DraftSearch, type TabName, tabs } from './search.ts'
import { draftSentence, tabNames, texts } from './texts.ts'

const route = getRouteApi('/inside/drafts/$id')

/** A draft: the user edits it here, and every change is saved. */
export function Draft() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const { data: draft, error, refetch } = useDraft(id)
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  return (
    <>
      <nav aria-label={shellTexts.belongs}>
        <Link to="/drafts">{texts.toList}</Link>
      </nav>
      <PageTitle>{draft?.displayName ?? texts.title}</PageTitle>
      {isGone && <p>{texts.gone}</p>}
      {error !== null && !isGone && <Failed error={error} onRetry={() => void refetch()} />}
      {draft === undefined && error === null && <p aria-busy>{texts.looking}</p>}
      {draft !== undefined && !isGone && <Shown key={id} draft={draft} search={search} />}
    </>
  )
}

function Shown({ draft, search }: { readonly draft: DraftMessage; readonly search: DraftSearch }) {
  const tab: TabName = search.tab ?? 'access'
  const mayDecide = useMay('decide')
  const { edits, save, refused, keepMine, takeTheirs } = useSavedDraft(draft)
  const navigate = useNavigate()
  const { id, displayName, candidate, lineage } = draft
  const isFree = mayDecide && refused === undefined
  const saveMine = async () => {
    const other = await keepMine()
    // The typed name is that of the separate draft now.
    if (other !== undefined) storeTyped(typedDraftName(id), undefined)
    goTo(other)
  }
  const goTo = (other: string | undefined) => {
    if (other !== undefined) void navigate({ to: '/drafts/$id', params: { id: other }, search: {} })
  }
  return (
    <>
      <Sentence>{draftSentence(draft)}</Sentence>
      {candidate?.stale === true && <p className="small muted">{texts.stale}</p>}
      {refused !== undefined && (
        <div className="banner" data-kind="bad" role="alert">
          <span>{texts.changedMeanwhile}</span>
          <Button className="button" onPress={() => void saveMine()}>
            {texts.keepMine}
          </Button>
          <Button className="button" onPress={() => void takeTheirs()}>
            {texts.takeTheirs}
          </Button>
        </div>
      )}
      <div className="candidate">
        <div className="stack">
          {mayDecide && (
            <NameForm draftId={id} name={displayName} onSave={(name) => save((before) => withName(before, name))} />
          )}
          <nav className="tabs" aria-label={texts.parts}>
            {tabs.map((name) => (
              <Link
                key={name}
                className="tab"
                to="/drafts/$id"
                params={{ id }}
                search={name === 'access' ? {} : { tab: name }}
                replace
                activeOptions={{ exact: true }}
              >
                {tabNames[name]}
              </Link>
            ))}
          </nav>
          {tab === 'access' && (
            <DraftAccess
              draft={draft}
              edits={edits}
              onToggle={isFree ? (key) => save((before) => withAccessToggled(before, key)) : undefined}
            />
          )}
          {tab === 'people' && (
            <DraftPeople
              draft={draft}
              edits={edits}
              onToggle={isFree ? (person) => save((before) => withPersonToggled(before, person)) : undefined}
            />
          )}
          {tab === 'history' && <DraftHistory lineage={lineage} />}
        </div>
        <Actions draft={draft} />
      </div>
    </>
  )
}

/** The actions on a draft. */
function Actions({ draft }: { readonly draft: DraftMessage }) {
  const navigate = useNavigate()
  const mayDecide = useMay('decide')
  const mayMakeProfile = useMayForEverybody('decide')
  const [asked, ask] = useState<'profile' | 'reviewer' | 'system' | 'remove'>()
  const { id, edits } = draft
  const { access, people } = leftOut(edits)
  const split = async () => {
    const whole = candidateOf({ kind: 'draft', id }, withLeftOut(edits))
    const part =
      access.size > 0
        ? { case: 'entitlements' as const, entitlements: edits?.removedEntitlements ?? [] }
        : { case: 'people' as const, identityIds: [...people] }
    const rest = await splitIntoDrafts(whole, part)
    if (rest !== undefined) await navigate({ to: '/drafts/$id', params: { id: rest }, search: { tab: 'history' } })
  }
  return (
    <section className="card candidate-side" aria-label={texts.actions}>
      <ReviewState reference={{ kind: 'draft', id }} />
      <div className="row">
        {mayDecide ? (
          <>
            {mayMakeProfile && (
              <Button className="button" data-kind="accent" onPress={() => ask('profile')}>
                {texts.makeProfile}
              </Button>
            )}
            {mayMakeProfile && (
              <>
                <Button className="button" onPress={() => ask('system')}>
                  {publishTexts.open}
                </Button>
                <Button className="button" onPress={() => ask('reviewer')}>
                  {handOverTexts.open}
                </Button>
              </>
            )}
            {access.size + people.size > 0 && (
              <Button className="button" onPress={() => void split()}>
                {texts.split}
              </Button>
            )}
          </>
        ) : (
          <p className="muted">{texts.mayNot}</p>
        )}
        <Link className="button" to="/compare" search={{ a: `draft:${id}` }}>
          {texts.compare}
        </Link>
        {mayDecide && (
          <Button className="button" onPress={() => ask('remove')}>
            {texts.remove}
          </Button>
        )}
      </div>
      <ProfileQuestion
        draft={draft}
        isOpen={asked === 'profile' || asked === 'system'}
        onClose={() => ask(undefined)}
        onMake={async (name) => {
          const search = asked === 'system' ? ({ publish: true } as const) : {}
          const made = await makeProfile(id, name)
          if (made !== undefined) void navigate({ to: '/access-profiles/$id', params: { id: made }, search })
          return made
        }}
      />
      <HandOverQuestion
        items={[{ kind: 'draft', id, displayName: draft.displayName }]}
        isOpen={asked === 'reviewer'}
        onClose={() => ask(undefined)}
      />
      <RemoveQuestion
        draft={draft}
        isOpen={asked === 'remove'}
        onClose={() => ask(undefined)}
        onRemove={() =>
          void deleteDraft(draft).then((isDone) => {
            if (isDone) void navigate({ to: '/drafts' })
          })
        }
      />
    </section>
  )
}

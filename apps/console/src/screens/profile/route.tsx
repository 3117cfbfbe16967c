import type { AccessProfileEntitlement, AccessProfileMember } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { Mail } from '../../kit/mail.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { HandOverQuestion } from '../hand-over/hand-over-question.tsx'
import { useMayHandOver } from '../hand-over/may-hand-over.ts'
import { texts as handOverTexts } from '../hand-over/texts.ts'
import { History } from '../ledger/history.tsx'
import { texts as ledgerTexts } from '../ledger/texts.ts'
import { MatrixPanel } from '../matrix/matrix-panel.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { ReviewState } from '../review/review-state.tsx'
import { profileSentence } from './profile-sentence.ts'
import { useMembers, useProfile, useProfileAccess } from './queries.ts'
import { RuleCard } from './rule-card.tsx'
import { type ProfileSearch, type TabName, tabs } from './search.ts'
import { texts } from './texts.ts'

const route = getRouteApi('/inside/access-profiles/$id')

/** One access profile: what it gives, to whom, and by which rule. */
export function Profile() {
  const { id } = route.useParams()
  const { data: profile, error, refetch } = useProfile(id)
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  return (
    <>
      <nav aria-label="Where it belongs">
        <Link to="/access-profiles">{texts.toList}</Link>
      </nav>
      <PageTitle>{profile?.displayName ?? 'Access profile'}</PageTitle>
      {isGone && <p>{texts.gone}</p>}
      {error !== null && !isGone && <Failed error={error} onRetry={() => void refetch()} />}
      {profile !== undefined && (
        <>
          <Sentence>{profileSentence(profile)}</Sentence>
          {profile.description !== '' && (
            <p className="muted">
              <bdi>{profile.description}</bdi>
            </p>
          )}
          <Reviewers id={id} name={profile.displayName} />
          <RuleCard profile={profile} />
          <Parts id={id} />
          <section className="card" aria-label={ledgerTexts.history}>
            <h2>{ledgerTexts.history}</h2>
            <History about={id} />
          </section>
        </>
      )}
    </>
  )
}

/** What it gives and to whom, as lists and as a matrix. */
function Parts({ id }: { readonly id: string }) {
  const search = route.useSearch()
  const navigate = useNavigate()
  const view = useMemo(() => ({ candidate: { source: { case: 'accessProfileId' as const, value: id } } }), [id])
  const show = (change: Partial<ProfileSearch>) =>
    void navigate({ to: '/access-profiles/$id', params: { id }, search: { ...search, ...change }, replace: true })
  return (
    <>
      <nav className="tabs" aria-label={texts.parts}>
        {(Object.keys(tabs) as TabName[]).map((name) => (
          <Link
            key={name}
            className="tab"
            to="/access-profiles/$id"
            params={{ id }}
            search={name === 'lists' ? {} : { tab: name }}
            data-selected={name === (search.tab ?? 'lists') ? '' : undefined}
            replace
            activeOptions={{ exact: true }}
          >
            {tabs[name]}
          </Link>
        ))}
      </nav>
      {search.tab === 'matrix' ? (
        <MatrixPanel view={view} look={search} onLook={show} />
      ) : (
        <div className="two-lists">
          <Access id={id} />
          <Members id={id} />
        </div>
      )}
    </>
  )
}

/** With whom it is, and the way to give it to somebody. */
function Reviewers({ id, name }: { readonly id: string; readonly name: string }) {
  const mayHandOver = useMayHandOver()
  const [isAsked, ask] = useState(false)
  const reference = { kind: 'profile', id } as const
  return (
    <>
      <ReviewState reference={reference} />
      {mayHandOver && (
        <div>
          <Button className="button" onPress={() => ask(true)}>
            {handOverTexts.open}
          </Button>
        </div>
      )}
      <HandOverQuestion items={[{ ...reference, displayName: name }]} isOpen={isAsked} onClose={() => ask(false)} />
    </>
  )
}

const accessColumns: readonly Column<AccessProfileEntitlement>[] = [
  {
    key: 'name',
    title: 'Access',
    width: 'minmax(0, 3fr)',
    cell: ({ applicationId, entitlementId, entitlementDisplayName: name }) => (
      <EntitlementLink applicationId={applicationId} entitlementId={entitlementId} name={name} />
    ),
  },
  {
    key: 'application',
    title: 'Application',
    width: 'minmax(0, 2fr)',
    cell: ({ applicationDisplayName }) => <bdi className="grid-name">{applicationDisplayName}</bdi>,
  },
]
const memberColumns: readonly Column<AccessProfileMember>[] = [
  {
    key: 'name',
    title: 'Person',
    width: 'minmax(0, 3fr)',
    cell: ({ identityId, identityDisplayName }) => <PersonLink id={identityId} name={identityDisplayName} />,
  },
  {
    key: 'mail',
    title: 'Mail',
    width: 'minmax(0, 3fr)',
    cell: ({ identityEmail }) => <Mail address={identityEmail} />,
  },
]

const listHeight = (count: number, rowHeight: number) =>
  `min(${(count + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 24rem)))`

function Access({ id }: { readonly id: string }) {
  const { density, letters } = useStore(preferences)
  const [active, setActive] = useState<string>()
  const { items, hasNextPage, more, error, isPending, refetch } = useProfileAccess(id)
  const rowHeight = density === 'dense' ? 30 : 44
  return (
    <section className="stack" aria-label={texts.access} aria-busy={isPending}>
      <h2>{texts.access}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {items.length > 0 && (
        <GridList
          label={texts.access}
          items={items}
          keyOf={({ applicationId, entitlementId }) => JSON.stringify([applicationId, entitlementId])}
          columns={accessColumns}
          rowHeight={rowHeight}
          height={listHeight(items.length, rowHeight)}
          active={active}
          onActive={setActive}
          lettersOn={letters}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </section>
  )
}

function Members({ id }: { readonly id: string }) {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const [active, setActive] = useState<string>()
  const { items, hasNextPage, more, error, isPending, refetch } = useMembers(id)
  const rowHeight = density === 'dense' ? 30 : 44
  return (
    <section className="stack" aria-label={texts.members} aria-busy={isPending}>
      <h2>{texts.members}</h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && items.length === 0 && <p>{texts.noMembers}</p>}
      {items.length > 0 && (
        <GridList
          label={texts.members}
          items={items}
          keyOf={({ identityId }) => identityId}
          columns={memberColumns}
          rowHeight={rowHeight}
          height={listHeight(items.length, rowHeight)}
          active={active}
          onActive={setActive}
          onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
          lettersOn={letters}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </section>
  )
}

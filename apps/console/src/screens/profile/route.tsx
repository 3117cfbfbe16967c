import type { AccessProfileEntitlement, AccessProfileMember } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { FittedList, type RowHeights } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { Mail } from '../../kit/mail.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { texts as shellTexts } from '../../shell/texts.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { HandOverQuestion } from '../hand-over/hand-over-question.tsx'
import { useMayHandOver } from '../hand-over/may-hand-over.ts'
import { texts as handOverTexts } from '../hand-over/texts.ts'
import { History } from '../ledger/history.tsx'
import { texts as ledgerTexts } from '../ledger/texts.ts'
import { MatrixPanel } from '../matrix/matrix-panel.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { PublishQuestion } from '../publish/publish-question.tsx'
import { texts as publishTexts } from '../publish/texts.ts'
import { ReviewState } from '../review/review-state.tsx'
import { DriftCard } from './drift-card.tsx'
import { PauseCard } from './pause-card.tsx'
import { useMembers, useProfile, useProfileAccess } from './queries.ts'
import { RuleCard } from './rule-card.tsx'
import { type ProfileSearch, tabs } from './search.ts'
import { TasksCard } from './tasks-card.tsx'
import { profileSentence, tabNames, texts } from './texts.ts'

const route = getRouteApi('/inside/access-profiles/$id')

/** One access profile: its entitlements, members and rule. */
export function Profile() {
  const { id } = route.useParams()
  const { data: profile, error, refetch } = useProfile(id)
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  return (
    <>
      <nav aria-label={shellTexts.belongs}>
        <Link to="/access-profiles">{texts.toList}</Link>
      </nav>
      <PageTitle>{profile?.displayName ?? texts.title}</PageTitle>
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
          <PauseCard profile={profile} />
          <Reviewers id={id} name={profile.displayName} />
          {profile.pendingTaskCount > 0 && <TasksCard accessProfileId={id} />}
          <RuleCard profile={profile} />
          <Parts id={id} />
          <DriftCard accessProfileId={id} />
          <section className="card" aria-label={ledgerTexts.history}>
            <h2>{ledgerTexts.history}</h2>
            <History about={id} />
          </section>
        </>
      )}
    </>
  )
}

/** The entitlements and members, as lists and as a matrix. */
function Parts({ id }: { readonly id: string }) {
  const search = route.useSearch()
  const navigate = useNavigate()
  const view = useMemo(() => ({ candidate: { source: { case: 'accessProfileId' as const, value: id } } }), [id])
  const show = (change: Partial<ProfileSearch>) =>
    void navigate({ to: '/access-profiles/$id', params: { id }, search: { ...search, ...change }, replace: true })
  return (
    <>
      <nav className="tabs" aria-label={texts.parts}>
        {tabs.map((name) => (
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
            {tabNames[name]}
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

/** The open reviews of the profile, and buttons that hand it to reviewers or to another system. */
function Reviewers({ id, name }: { readonly id: string; readonly name: string }) {
  const mayHandOver = useMayHandOver()
  const [isAsked, ask] = useState(false)
  const search = route.useSearch()
  const navigate = useNavigate()
  const askSystem = (publish: true | undefined) =>
    void navigate({ to: '/access-profiles/$id', params: { id }, search: { ...search, publish }, replace: true })
  const reference = { kind: 'profile', id } as const
  return (
    <>
      <ReviewState reference={reference} />
      {mayHandOver && (
        <div className="row">
          <Button className="button" onPress={() => ask(true)}>
            {handOverTexts.open}
          </Button>
          <Button className="button" onPress={() => askSystem(true)}>
            {publishTexts.open}
          </Button>
        </div>
      )}
      <HandOverQuestion items={[{ ...reference, displayName: name }]} isOpen={isAsked} onClose={() => ask(false)} />
      <PublishQuestion
        accessProfileId={id}
        isOpen={mayHandOver && search.publish === true}
        onClose={() => askSystem(undefined)}
      />
    </>
  )
}

/** On a phone, an application or a mail address takes a second line. */
const rows: RowHeights = { comfortable: 44, dense: 30, narrow: 56 }

const accessColumns: readonly Column<AccessProfileEntitlement>[] = [
  {
    key: 'name',
    title: texts.columns.access,
    width: 'minmax(0, 3fr)',
    cell: ({ applicationId, entitlementId, entitlementDisplayName: name }) => (
      <EntitlementLink applicationId={applicationId} entitlementId={entitlementId} name={name} />
    ),
  },
  {
    key: 'application',
    title: texts.columns.application,
    width: 'minmax(0, 2fr)',
    cell: ({ applicationDisplayName }) => <bdi className="grid-name">{applicationDisplayName}</bdi>,
  },
]
const memberColumns: readonly Column<AccessProfileMember>[] = [
  {
    key: 'name',
    title: texts.columns.person,
    width: 'minmax(0, 3fr)',
    cell: ({ identityId, identityDisplayName }) => <PersonLink id={identityId} name={identityDisplayName} />,
  },
  {
    key: 'mail',
    title: texts.columns.mail,
    width: 'minmax(0, 3fr)',
    cell: ({ identityEmail }) => <Mail address={identityEmail} />,
  },
]

function Access({ id }: { readonly id: string }) {
  const access = useProfileAccess(id)
  const { items, hasNextPage, more } = access
  return (
    <ListPart label={texts.access} asked={access} isEmpty={items.length === 0} above={<h2>{texts.access}</h2>}>
      <FittedList
        label={texts.access}
        items={items}
        keyOf={({ applicationId, entitlementId }) => JSON.stringify([applicationId, entitlementId])}
        columns={accessColumns}
        rows={rows}
        besideRem={24}
        onEndReached={more}
        hasMore={hasNextPage}
      />
    </ListPart>
  )
}

function Members({ id }: { readonly id: string }) {
  const navigate = useNavigate()
  const members = useMembers(id)
  const { items, hasNextPage, more } = members
  return (
    <ListPart
      label={texts.members}
      asked={members}
      isEmpty={items.length === 0}
      nothing={texts.noMembers}
      above={<h2>{texts.members}</h2>}
    >
      <FittedList
        label={texts.members}
        items={items}
        keyOf={({ identityId }) => identityId}
        columns={memberColumns}
        rows={rows}
        besideRem={24}
        onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
        onEndReached={more}
        hasMore={hasNextPage}
      />
    </ListPart>
  )
}

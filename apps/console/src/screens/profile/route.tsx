import type { AccessProfileEntitlement, AccessProfileMember } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { FittedList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { Mail } from '../../kit/mail.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { profileSentence } from './profile-sentence.ts'
import { useMembers, useProfile, useProfileAccess } from './queries.ts'
import { RuleCard } from './rule-card.tsx'
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
          <RuleCard profile={profile} />
          <div className="two-lists">
            <Access id={id} />
            <Members id={id} />
          </div>
        </>
      )}
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
        besideRem={24}
        onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
        onEndReached={more}
        hasMore={hasNextPage}
      />
    </ListPart>
  )
}

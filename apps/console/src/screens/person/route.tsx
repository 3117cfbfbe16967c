import {
  type EffectiveGrant,
  type Identity,
  Identity_Status,
  Identity_Type,
} from '@assay/contracts/assay/directory/v1/directory_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { FittedList, type RowHeights, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatDataDay } from '../../kit/times.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { LackingCard } from './lacking-card.tsx'
import { PersonFacts } from './person-facts.tsx'
import { usePerson, usePersonAccess } from './queries.ts'
import type { PersonSearch } from './search.ts'
import { texts } from './texts.ts'
import { WhyCard, WhyLink } from './why-card.tsx'

const route = getRouteApi('/inside/people/$id')

/** One person and the access of this person. */
export function Person() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const { data: person, error, refetch } = usePerson(id)
  const { grants, hasNextPage, more, isPending, error: accessError, refetch: again } = usePersonAccess(id)
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  if (isGone)
    return (
      <>
        <PageTitle>{id}</PageTitle>
        <p>{texts.gone}</p>
      </>
    )
  return (
    <>
      <PageTitle>{person?.displayName || id}</PageTitle>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <ListSentence asked={{ error: accessError, isPending }} isEmpty={grants.length === 0} looking={texts.looking}>
        {accessSentence(grants, hasNextPage)}
      </ListSentence>
      <div className="candidate">
        <div className="stack" aria-busy={isPending}>
          {search.why !== undefined && (
            <WhyCard
              key={JSON.stringify(search.why)}
              identityId={id}
              search={search}
              applicationId={search.why[0]}
              entitlementId={search.why[1]}
            />
          )}
          {accessError !== null && <Failed error={accessError} onRetry={() => void again()} />}
          {grants.length > 0 && (
            <Access identityId={id} search={search} grants={grants} hasMore={hasNextPage} onMore={more} />
          )}
          {!isPending && accessError === null && grants.length === 0 && <p>{texts.nothing}</p>}
        </div>
        <div className="stack">
          {person !== undefined && <PersonFacts person={person} />}
          {person !== undefined && mayBeRecommended(person) && <LackingCard identityId={id} search={search} />}
        </div>
      </div>
    </>
  )
}

/** Only for enabled people is anything recommended. */
function mayBeRecommended({ status, type }: Identity): boolean {
  return status === Identity_Status.ENABLED && type === Identity_Type.HUMAN
}

function accessSentence(grants: readonly EffectiveGrant[], hasMore: boolean): string {
  const byGroups = grants.filter(({ direct }) => !direct).length
  return kitTexts.listed(texts.accessCount(grants.length, byGroups), hasMore)
}

/** A phone has the application and the way below the name, which may take two lines. */
const rows: RowHeights = { comfortable: 44, dense: 30, narrow: 96 }

interface AccessProps {
  readonly identityId: string
  readonly search: PersonSearch
  readonly grants: readonly EffectiveGrant[]
  readonly hasMore: boolean
  readonly onMore: () => void
}

function Access({ identityId, search, grants, hasMore, onMore }: AccessProps) {
  const isNarrow = useNarrowList()
  const navigate = useNavigate()
  const why: Column<EffectiveGrant> = {
    key: 'why',
    title: texts.whyColumn,
    width: '3rem',
    cell: ({ applicationId, entitlementId, entitlementDisplayName }) => (
      <WhyLink
        identityId={identityId}
        search={search}
        applicationId={applicationId}
        entitlementId={entitlementId}
        name={entitlementDisplayName}
      />
    ),
  }
  return (
    <FittedList
      label={texts.access}
      items={grants}
      keyOf={({ applicationId, entitlementId }) => JSON.stringify([applicationId, entitlementId])}
      columns={[...(isNarrow ? narrow : wide), why]}
      rows={rows}
      besideRem={13}
      onKey={(key, { applicationId, entitlementId }) => {
        if (key !== 'w') return false
        void navigate({
          to: '/people/$id',
          params: { id: identityId },
          search: { ...search, why: [applicationId, entitlementId] },
          replace: true,
        })
        return true
      }}
      onEndReached={onMore}
      hasMore={hasMore}
    />
  )
}

const how = ({ direct, inherited }: EffectiveGrant) =>
  direct ? (inherited ? texts.bothWays : texts.assigned) : texts.byGroup

const name = (isNarrow: boolean): Column<EffectiveGrant> => ({
  key: 'name',
  title: texts.accessColumn,
  width: 'minmax(0, 2fr)',
  cell: (grant) => (
    <>
      <EntitlementLink
        applicationId={grant.applicationId}
        entitlementId={grant.entitlementId}
        name={grant.entitlementDisplayName}
      />
      {isNarrow && (
        <>
          <bdi className="small muted cut">{grant.applicationDisplayName || grant.applicationId}</bdi>
          <span className="small muted cut">{how(grant)}</span>
        </>
      )}
    </>
  ),
})
const lastUse: Column<EffectiveGrant> = {
  key: 'use',
  title: texts.lastUse,
  width: '6.5rem',
  isNumber: true,
  cell: ({ lastUseTime }) => formatDataDay(lastUseTime),
}
const narrow: readonly Column<EffectiveGrant>[] = [name(true), lastUse]
const wide: readonly Column<EffectiveGrant>[] = [
  name(false),
  {
    key: 'application',
    title: texts.application,
    width: 'minmax(0, 1fr)',
    cell: ({ applicationId, applicationDisplayName }) => (
      <bdi className="grid-name">{applicationDisplayName || applicationId}</bdi>
    ),
  },
  { key: 'how', title: texts.how, width: 'minmax(6rem, 1fr)', cell: how },
  {
    key: 'since',
    title: texts.since,
    width: '6.5rem',
    isNumber: true,
    cell: ({ grantTime }) => formatDataDay(grantTime),
  },
  lastUse,
]

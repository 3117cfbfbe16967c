import type { EffectiveGrant } from '@assay/contracts/assay/directory/v1/directory_pb'
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { counted, formatCount } from '../../kit/figures.ts'
import { FittedList, twoLinesOnPhone, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { PersonFacts } from './person-facts.tsx'
import { usePerson, usePersonAccess } from './queries.ts'
import { texts } from './texts.ts'

const route = getRouteApi('/inside/people/$id')

/** Somebody, and what they have. */
export function Person() {
  const { id } = route.useParams()
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
      <Sentence>{isPending ? 'Looking at what they have.' : accessSentence(grants, hasNextPage)}</Sentence>
      <div className="candidate">
        <div className="stack" aria-busy={isPending}>
          {accessError !== null && <Failed error={accessError} onRetry={() => void again()} />}
          {grants.length > 0 && <Access grants={grants} hasMore={hasNextPage} onMore={more} />}
          {!isPending && accessError === null && grants.length === 0 && <p>{texts.nothing}</p>}
        </div>
        {person !== undefined && <PersonFacts person={person} />}
      </div>
    </>
  )
}

function accessSentence(grants: readonly EffectiveGrant[], hasMore: boolean): string {
  const byGroups = grants.filter(({ direct }) => !direct).length
  const groups = byGroups === 0 ? 'none of them by groups alone' : `${formatCount(byGroups)} of them by groups alone`
  return `${hasMore ? 'More than ' : ''}${counted(grants.length, 'thing', 'things')}, ${groups}.`
}

interface AccessProps {
  readonly grants: readonly EffectiveGrant[]
  readonly hasMore: boolean
  readonly onMore: () => void
}

function Access({ grants, hasMore, onMore }: AccessProps) {
  const isNarrow = useNarrowList()
  return (
    <FittedList
      label={texts.access}
      items={grants}
      keyOf={({ applicationId, entitlementId }) => JSON.stringify([applicationId, entitlementId])}
      columns={isNarrow ? narrow : wide}
      rows={twoLinesOnPhone}
      besideRem={13}
      onEndReached={onMore}
      hasMore={hasMore}
    />
  )
}

const day = (time: Timestamp | undefined) =>
  time === undefined ? 'no data' : timestampDate(time).toISOString().slice(0, 10)
const how = ({ direct, inherited }: EffectiveGrant) =>
  direct ? (inherited ? 'given, and by a group' : 'given') : 'by a group'

const name = (isNarrow: boolean): Column<EffectiveGrant> => ({
  key: 'name',
  title: 'Access',
  width: 'minmax(0, 2fr)',
  cell: (grant) => (
    <>
      <EntitlementLink
        applicationId={grant.applicationId}
        entitlementId={grant.entitlementId}
        name={grant.entitlementDisplayName}
      />
      {isNarrow && (
        <span className="small muted">
          <bdi>{grant.applicationDisplayName || grant.applicationId}</bdi>, {how(grant)}
        </span>
      )}
    </>
  ),
})
const lastUse: Column<EffectiveGrant> = {
  key: 'use',
  title: 'Last use',
  width: '6rem',
  isNumber: true,
  cell: ({ lastUseTime }) => day(lastUseTime),
}
const narrow: readonly Column<EffectiveGrant>[] = [name(true), lastUse]
const wide: readonly Column<EffectiveGrant>[] = [
  name(false),
  {
    key: 'application',
    title: 'Application',
    width: 'minmax(0, 1fr)',
    cell: ({ applicationId, applicationDisplayName }) => (
      <bdi className="grid-name">{applicationDisplayName || applicationId}</bdi>
    ),
  },
  { key: 'how', title: 'How', width: 'minmax(6rem, 1fr)', cell: how },
  { key: 'since', title: 'Since', width: '6rem', isNumber: true, cell: ({ grantTime }) => day(grantTime) },
  lastUse,
]

import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { formatShare } from '../../kit/figures.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { ConditionsCard } from './conditions-card.tsx'
import { ContainedCard } from './contained-card.tsx'
import { HoldersList } from './holders-list.tsx'
import { useEntitlement } from './queries.ts'
import { texts } from './texts.ts'
import { WhyCard } from './why-card.tsx'

const route = getRouteApi('/inside/entitlements/$application/$id')

/** One entitlement: its holders, the conditions that describe them, and the candidates and profiles that contain it. */
export function Entitlement() {
  const { application, id } = route.useParams()
  const { why = false } = route.useSearch()
  const { data: insight, error, refetch } = useEntitlement(application, id)
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  return (
    <>
      <PageTitle>{insight?.entitlements[0]?.entitlement?.displayName || id}</PageTitle>
      {isGone && <p>{texts.gone}</p>}
      {error !== null && !isGone && <Failed error={error} onRetry={() => void refetch()} />}
      {error === null && (
        <Sentence>
          {insight === undefined
            ? texts.looking
            : texts.holders(formatShare(Number(insight.holders), Number(insight.people)))}
        </Sentence>
      )}
      {insight !== undefined && (
        <div className="candidate">
          <HoldersList applicationId={application} entitlementId={id} />
          <div className="stack">
            <ConditionsCard insight={insight} />
            <ContainedCard contained={insight.containedIn} />
            <WhyCard applicationId={application} entitlementId={id} isAsked={why} />
          </div>
        </div>
      )}
    </>
  )
}

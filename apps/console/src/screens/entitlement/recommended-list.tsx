import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import {
  type RecommendationState,
  RecommendationState as State,
} from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import type { ReactNode } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { formatPercent } from '../../kit/figures.ts'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { EntitlementLink } from './entitlement-link.tsx'
import { texts } from './texts.ts'

/** Less likely entitlements say nothing. */
const leastProbability = 0.02

interface Recommended {
  readonly entitlement?: EntitlementReference | undefined
  readonly probability: number
  readonly reasons: readonly string[]
}

interface Props<Item extends Recommended> {
  readonly asked: {
    readonly data: { readonly state: RecommendationState; readonly recommendations: readonly Item[] } | undefined
    readonly error: Error | null
    readonly refetch: () => unknown
  }
  /** Shown beside the name of an entitlement. */
  readonly beside?: (item: Item) => ReactNode
}

/** Entitlements that are probably lacking, each with its probability and the reasons; the state of the model until it is there. */
export function RecommendedList<Item extends Recommended>({ asked, beside }: Props<Item>) {
  const { data, error, refetch } = asked
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <p role="status">{texts.lookingForLacking}</p>
  if (data.state === State.LEARNING) return <p role="status">{texts.learning}</p>
  const likely = data.recommendations.filter(({ probability }) => probability >= leastProbability)
  const [best] = data.recommendations
  if (likely.length === 0) {
    return <p>{best === undefined ? texts.nothingLacking : texts.nothingLikely(formatPercent(best.probability))}</p>
  }
  return (
    <ul className="stack">
      {likely.map((one) => (
        <li key={JSON.stringify([one.entitlement?.applicationId, one.entitlement?.entitlementId])}>
          <div className="row">
            <EntitlementLink
              applicationId={one.entitlement?.applicationId ?? ''}
              entitlementId={one.entitlement?.entitlementId ?? ''}
              name={one.entitlement?.displayName ?? ''}
            />
            <span className="muted">{formatPercent(one.probability)}</span>
            {beside?.(one)}
          </div>
          {one.reasons.map((reason) => (
            <p key={reason} className="small muted">
              <bdi>{inReadingOrder(reason)}</bdi>
            </p>
          ))}
        </li>
      ))}
    </ul>
  )
}

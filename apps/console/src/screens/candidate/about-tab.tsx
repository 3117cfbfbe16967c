import { type InboxCandidate, InboxKind } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Link } from '@tanstack/react-router'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { attributeWords } from '../../kit/words.ts'
import { useSession } from '../../shell/rights.ts'
import { texts } from './texts.ts'

/** The people of the candidate in words, and the explanation of the analysis. */
export function AboutTab({ candidate }: { readonly candidate: InboxCandidate }) {
  const { kind, conditions, insights, description } = candidate
  const isRole = kind === InboxKind.POTENTIAL_ROLE
  const title = !isRole ? texts.conditions : conditions.length > 0 ? texts.nearest : texts.noNearest
  return (
    <div className="card">
      {description !== '' && (
        <p>
          <bdi>{inReadingOrder(description)}</bdi>
        </p>
      )}
      {isRole && <OfSearch candidate={candidate} />}
      <h2>{title}</h2>
      <ul className="stack">
        {conditions.map(({ attribute, values }) => (
          <li key={attribute}>
            <bdi>{attributeWords(attribute)}</bdi>: <bdi>{kitTexts.anyOf(values)}</bdi>
          </li>
        ))}
      </ul>
      {insights.length > 0 && <h2>{texts.insights}</h2>}
      <ul className="stack">
        {insights.map((insight) => (
          <li key={insight}>
            <bdi>{insight}</bdi>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The search that found the candidate; a bounded reader may not open it. */
function OfSearch({ candidate: { sessionId, sessionDisplayName } }: { readonly candidate: InboxCandidate }) {
  const isBounded = useSession()?.isBounded ?? false
  const name = <bdi>{sessionDisplayName || texts.noSessionName}</bdi>
  return (
    <p>
      {texts.ofSession}{' '}
      {isBounded ? (
        name
      ) : (
        <Link to="/candidates/search/$id" params={{ id: sessionId }} search={{}}>
          {name}
        </Link>
      )}
      .
    </p>
  )
}

import { type InboxCandidate, InboxKind } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { texts } from './texts.ts'

/** Who is meant, in words, and what the analysis says of it. */
export function AboutTab({ candidate }: { readonly candidate: InboxCandidate }) {
  const { kind, conditions, insights, description, sessionDisplayName } = candidate
  const isRole = kind === InboxKind.POTENTIAL_ROLE
  const title = !isRole ? texts.conditions : conditions.length > 0 ? texts.nearest : texts.noNearest
  return (
    <div className="card">
      {description !== '' && (
        <p>
          <bdi>{description}</bdi>
        </p>
      )}
      {isRole && (
        <p>
          {texts.ofSession} <bdi>{sessionDisplayName || texts.noSessionName}</bdi>.
        </p>
      )}
      <h2>{title}</h2>
      <ul className="stack">
        {conditions.map(({ attribute, values }) => (
          <li key={attribute}>
            <bdi>{attribute.replaceAll('_', ' ')}</bdi>: <bdi>{values.join(' or ')}</bdi>
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

import type { Breach } from '@assay/contracts/assay/policy/v1/policy_pb'
import type { PolicyPreview } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { Link } from '@tanstack/react-router'
import { Sentence } from '../../kit/sentence.tsx'
import { heldIds, heldText, previewSentence, texts } from './texts.ts'

/** The preview of a policy: the candidates that would change, and the breaches in the present data. */
export function PreviewCard({ preview }: { readonly preview: PolicyPreview }) {
  const { candidates, breaches } = preview
  return (
    <section className="card" aria-label={texts.trial}>
      <h2>{texts.trial}</h2>
      <Sentence>{previewSentence(preview)}</Sentence>
      {candidates.length > 0 && (
        <table className="table">
          <caption className="for-readers">{texts.trial}</caption>
          <thead>
            <tr>
              <th scope="col" className="words">
                {texts.candidate}
              </th>
              <th scope="col">{texts.leftOut}</th>
            </tr>
          </thead>
          <tbody>
            {candidates.map(({ suggestionId, displayName, leftOutCount, entitlementCount, refused }) => (
              <tr key={suggestionId}>
                <th scope="row">
                  <Link to="/candidates/$id" params={{ id: suggestionId }} search={{}}>
                    <bdi>{displayName}</bdi>
                  </Link>
                </th>
                <td>{refused ? texts.refused : `${leftOutCount} / ${entitlementCount}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {breaches.length > 0 && <BreachList breaches={breaches} />}
    </section>
  )
}

/** People with the entitlements that they hold of both sides. */
export function BreachList({ breaches }: { readonly breaches: readonly Breach[] }) {
  return (
    <>
      <h3>{texts.breaches}</h3>
      <ul className="stack-tight">
        {breaches.map((breach) => (
          <li key={`${breach.identityId} ${breach.first[0]?.entitlementId}`} className="row">
            <Link to="/people/$id" params={{ id: breach.identityId }}>
              <bdi>{breach.identityDisplayName || breach.identityId}</bdi>
            </Link>
            <bdi className="small muted" title={heldIds(breach)}>
              {heldText(breach)}
            </bdi>
          </li>
        ))}
      </ul>
    </>
  )
}

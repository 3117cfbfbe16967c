import { Link } from '@tanstack/react-router'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { formatShare } from '../../kit/figures.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { useWhy } from './queries.ts'
import { type Condition, writeWho } from './search.ts'
import { ruleNames, texts } from './texts.ts'

/** The reason why an analysis proposes the group or not, and the rule for each entitlement that most of its people hold. */
export function WhyTab({ conditions }: { readonly conditions: readonly Condition[] }) {
  const { data, error, isPending, refetch } = useWhy(conditions)
  return (
    <section className="card" aria-label={texts.why} aria-busy={isPending}>
      <h2>{texts.why}</h2>
      {isPending && <p>{texts.whyAsking}</p>}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <ul className="stack">
        {data?.sentences.map((sentence) => (
          <li key={sentence}>
            <bdi>{sentence}</bdi>
          </li>
        ))}
      </ul>
      {data !== undefined && data.cohorts.length > 0 && (
        <ul className="tokens">
          {data.cohorts.map(({ conditions: parts }) => {
            const who = writeWho(parts)
            return (
              <li key={who}>
                <Link className="token" to="/explore" search={{ who }}>
                  <bdi>{parts.map(({ values }) => kitTexts.anyOf(values)).join(', ')}</bdi>
                </Link>
              </li>
            )
          })}
        </ul>
      )}
      {data !== undefined && data.entitlements.length > 0 && (
        <>
          <h2>{texts.whyRules}</h2>
          <ul className="stack">
            {data.entitlements.map(({ entitlement, rule, holders }) => (
              <li key={JSON.stringify([entitlement?.applicationId, entitlement?.entitlementId])}>
                <EntitlementLink
                  applicationId={entitlement?.applicationId ?? ''}
                  entitlementId={entitlement?.entitlementId ?? ''}
                  name={entitlement?.displayName ?? ''}
                />
                <p className="small muted">
                  {texts.ruleHeldBy(enumWords(ruleNames, rule), formatShare(Number(holders), Number(data.people)))}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

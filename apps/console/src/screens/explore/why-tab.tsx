import { enumWords } from '../../kit/enum-words.ts'
import { formatShare } from '../../kit/figures.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { Explanation } from './explanation.tsx'
import { useWhy } from './queries.ts'
import type { Condition } from './search.ts'
import { ruleNames, texts } from './texts.ts'

/** The reason why an analysis proposes the group or not, and the rule for each entitlement that most of its people hold. */
export function WhyTab({ conditions }: { readonly conditions: readonly Condition[] }) {
  const asked = useWhy(conditions)
  const { data, isPending } = asked
  return (
    <section className="card" aria-label={texts.why} aria-busy={isPending}>
      <h2>{texts.why}</h2>
      <Explanation asked={asked} />
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

import { formatShare } from '../../kit/figures.ts'
import { RecommendedList } from '../entitlement/recommended-list.tsx'
import { useCohortLacking } from './queries.ts'
import type { Condition } from './search.ts'
import { texts } from './texts.ts'

/** The entitlements that the people of a cohort who do not hold them probably lack. */
export function LackingTab({ conditions }: { readonly conditions: readonly Condition[] }) {
  const asked = useCohortLacking(conditions)
  const people = asked.data?.cohortSize ?? 0
  return (
    <section className="card stack" aria-label={texts.lacking}>
      <h2>{texts.lacking}</h2>
      <p className="small muted">{texts.lackingMeans}</p>
      <RecommendedList
        asked={asked}
        beside={({ holderCount }) => (
          <span className="muted">{texts.heldByShare(formatShare(holderCount, people))}</span>
        )}
      />
    </section>
  )
}

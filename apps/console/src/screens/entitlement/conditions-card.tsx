import type { EntitlementInsight } from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { formatShare } from '../../kit/figures.ts'
import { conditionWords } from '../explore/value-words.ts'
import { texts } from './texts.ts'

const mostShown = 8

/** The conditions that describe the holders best, each with its precision and recall. */
export function ConditionsCard({ insight }: { readonly insight: EntitlementInsight }) {
  const { conditions, holders: all, valueNames } = insight
  return (
    <section className="card" aria-label={texts.conditions}>
      <h2>{texts.conditions}</h2>
      {conditions.length === 0 && <p>{texts.noConditions}</p>}
      <ul className="stack">
        {conditions.slice(0, mostShown).map(({ conditions: parts, people, holders }) => {
          const words = parts.map((part) => conditionWords(valueNames, part))
          return (
            <li key={words.join('\n')}>
              <bdi>{words.join(', ')}</bdi>
              <p className="small muted">
                {texts.holdIt(formatShare(Number(holders), Number(people)), formatShare(Number(holders), Number(all)))}
              </p>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

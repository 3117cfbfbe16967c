import type { ReadinessFinding } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { formatCount } from '../../kit/figures.ts'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { texts } from './texts.ts'

/** The findings in the data, each with advice. */
export function FindingsCard({ findings }: { readonly findings: readonly ReadinessFinding[] | undefined }) {
  const present = findings?.filter(({ count }) => count > 0)
  return (
    <section className="card" aria-label={texts.attention} aria-busy={findings === undefined}>
      <h2>{texts.attention}</h2>
      {present?.length === 0 && <p>{texts.nothingToLookAt}</p>}
      {present !== undefined && present.length > 0 && (
        <ul className="stack">
          {present.map(({ kind, count, title, advice }) => (
            <li key={kind}>
              <strong>{formatCount(Number(count))}</strong> {inReadingOrder(title)}
              <p className="small muted">{inReadingOrder(advice)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

import { Link } from '@tanstack/react-router'
import { Explanation } from '../explore/explanation.tsx'
import { useWhyEntitlement } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly applicationId: string
  readonly entitlementId: string
  /** The analysis is made when the user wants it, because it takes a while. */
  readonly isAsked: boolean
}

/** Why an analysis proposes the entitlement, or which rule leaves it out. */
export function WhyCard({ applicationId, entitlementId, isAsked }: Props) {
  return (
    <section className="card" aria-label={texts.why}>
      <h2>{texts.why}</h2>
      {isAsked ? (
        <Asked applicationId={applicationId} entitlementId={entitlementId} />
      ) : (
        <p>
          <Link
            className="button"
            to="/entitlements/$application/$id"
            params={{ application: applicationId, id: entitlementId }}
            search={{ why: true }}
            replace
            resetScroll={false}
          >
            {texts.askWhy}
          </Link>
        </p>
      )}
    </section>
  )
}

function Asked({ applicationId, entitlementId }: Omit<Props, 'isAsked'>) {
  return <Explanation asked={useWhyEntitlement(applicationId, entitlementId)} />
}

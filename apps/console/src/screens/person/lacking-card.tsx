import { Link } from '@tanstack/react-router'
import { RecommendedList } from '../entitlement/recommended-list.tsx'
import { useLacking } from './queries.ts'
import type { PersonSearch } from './search.ts'
import { texts } from './texts.ts'
import { WhyLink } from './why-card.tsx'

interface Props {
  readonly identityId: string
  readonly search: PersonSearch
}

/** The entitlements that a person probably lacks. They are looked for when the user wants it, because a model is learnt first. */
export function LackingCard({ identityId, search }: Props) {
  return (
    <section className="card stack" aria-label={texts.lacking}>
      <h2>{texts.lacking}</h2>
      <p className="small muted">{texts.lackingMeans}</p>
      {search.lacking ? (
        <Lacking identityId={identityId} search={search} />
      ) : (
        <p>
          <Link
            className="button"
            to="/people/$id"
            params={{ id: identityId }}
            search={{ ...search, lacking: true }}
            replace
            resetScroll={false}
          >
            {texts.askLacking}
          </Link>
        </p>
      )}
    </section>
  )
}

function Lacking({ identityId, search }: Props) {
  const asked = useLacking(identityId)
  return (
    <RecommendedList
      asked={asked}
      beside={({ entitlement }) => (
        <WhyLink
          identityId={identityId}
          search={search}
          applicationId={entitlement?.applicationId ?? ''}
          entitlementId={entitlement?.entitlementId ?? ''}
          name={entitlement?.displayName ?? ''}
        />
      )}
    />
  )
}

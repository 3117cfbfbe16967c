import type { AccessPath } from '@assay/contracts/assay/directory/v1/directory_pb'
import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { useLinkTabIndex } from '../../kit/row-links.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { Explanation } from '../explore/explanation.tsx'
import { useAccessPaths, useWhyHolding } from './queries.ts'
import type { PersonSearch } from './search.ts'
import { texts } from './texts.ts'

interface Props {
  readonly identityId: string
  readonly search: PersonSearch
  readonly applicationId: string
  readonly entitlementId: string
}

/** Why a person holds an entitlement: the assignments and groups that give it, and the rule of an analysis that decided about it. */
export function WhyCard({ identityId, search, applicationId, entitlementId }: Props) {
  const { data: access, error, isPending, refetch } = useAccessPaths(identityId, applicationId, entitlementId)
  const asked = useWhyHolding(identityId, applicationId, entitlementId)
  const name = access?.entitlement?.displayName || entitlementId
  return (
    <section className="card stack" aria-label={texts.why} aria-busy={isPending || asked.isPending}>
      <h2>
        {texts.why}: <EntitlementLink applicationId={applicationId} entitlementId={entitlementId} name={name} />
      </h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {access !== undefined && access.paths.length === 0 && <p>{texts.notHeld}</p>}
      {access !== undefined && access.paths.length > 0 && (
        <ul aria-label={texts.paths}>
          {access.paths.map((path) => (
            <li key={JSON.stringify(path.steps.map((step) => [step.applicationId, step.entitlementId]))}>
              <Path path={path} />
            </li>
          ))}
        </ul>
      )}
      {access?.hasMorePaths && <p className="small muted">{texts.morePaths}</p>}
      <h3>{texts.inAnalysis}</h3>
      <Explanation asked={asked} />
      <p>
        <Link
          className="button"
          to="/people/$id"
          params={{ id: identityId }}
          search={{ ...search, why: undefined }}
          replace
          resetScroll={false}
        >
          {texts.closeWhy}
        </Link>
      </p>
    </section>
  )
}

/** `assigned`, or the groups from the assigned one to the entitlement. */
function Path({ path: { steps, omittedStepCount } }: { readonly path: AccessPath }) {
  if (steps.length <= 1) return texts.assigned
  return (
    <bdi>
      {texts.through(
        steps.slice(0, -1).map((step) => step.entitlementDisplayName || step.entitlementId),
        omittedStepCount,
      )}
    </bdi>
  )
}

interface LinkProps {
  readonly identityId: string
  readonly search: PersonSearch
  readonly applicationId: string
  readonly entitlementId: string
  readonly name: string
}

/** Leads to the reasons why a person holds, or does not hold, an entitlement. */
export function WhyLink({ identityId, search, applicationId, entitlementId, name }: LinkProps) {
  return (
    <Link
      to="/people/$id"
      params={{ id: identityId }}
      search={{ ...search, why: [applicationId, entitlementId] }}
      replace
      tabIndex={useLinkTabIndex()}
      aria-label={texts.whyNamed(name || entitlementId)}
    >
      {texts.whyShort}
    </Link>
  )
}

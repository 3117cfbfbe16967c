import { Link } from '@tanstack/react-router'
import { useLinkTabIndex } from '../../kit/row-links.ts'

interface Props {
  readonly applicationId: string
  readonly entitlementId: string
  readonly name: string
}

/** The name of an entitlement, which leads to the page about it. */
export function EntitlementLink({ applicationId, entitlementId, name }: Props) {
  return (
    <Link
      className="grid-name"
      to="/entitlements/$application/$id"
      params={{ application: applicationId, id: entitlementId }}
      tabIndex={useLinkTabIndex()}
      title={name}
    >
      <bdi>{name || entitlementId}</bdi>
    </Link>
  )
}

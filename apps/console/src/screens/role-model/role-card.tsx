import type { RoleOutline } from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import { Link } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { formatShare } from '../../kit/figures.ts'
import { ShowMore } from '../../kit/show-more.tsx'
import { useMay } from '../../shell/rights.ts'
import { keepRolesAsDrafts } from './actions.ts'
import { useRoleEntitlements, useRolePeople } from './queries.ts'
import type { RoleModelSearch } from './search.ts'
import { roleSentence, texts } from './texts.ts'

interface Props {
  readonly modelId: string
  readonly role: RoleOutline
  readonly search: RoleModelSearch
}

/** One role: its entitlements, its people, and the grants that only it gives. */
export function RoleCard({ modelId, role, search }: Props) {
  const mayDecide = useMay('decide')
  const { number, displayName, kept } = role
  return (
    <section className="card" aria-label={displayName}>
      <div className="row">
        <h2>
          <bdi>{displayName}</bdi>
        </h2>
        <Link
          className="button"
          data-kind="plain"
          to="/role-models/$id"
          params={{ id: modelId }}
          search={{ ...search, role: undefined }}
          replace
        >
          {texts.closeRole}
        </Link>
      </div>
      <p role="status">{roleSentence(role)}</p>
      {kept && <p className="small muted">{texts.keptRole}</p>}
      {mayDecide && (
        <div className="row">
          <Button className="button" onPress={() => void keepRolesAsDrafts(modelId, [number])}>
            {texts.keepAsDraft}
          </Button>
        </div>
      )}
      <RoleEntitlements modelId={modelId} number={number} />
      <RolePeople modelId={modelId} number={number} />
    </section>
  )
}

function RoleEntitlements({ modelId, number }: { readonly modelId: string; readonly number: number }) {
  const { items, more, hasNextPage, error, refetch } = useRoleEntitlements(modelId, number)
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />
  return (
    <>
      <h3>{texts.gives}</h3>
      <ul className="stack-tight">
        {items.map((entitlement) => (
          <li key={`${entitlement.applicationId} ${entitlement.entitlementId}`} className="row">
            <Link
              to="/entitlements/$application/$id"
              params={{ application: entitlement.applicationId, id: entitlement.entitlementId }}
            >
              <bdi>{entitlement.displayName || entitlement.entitlementId}</bdi>
            </Link>
            <span className="small muted">
              <bdi>{entitlement.applicationDisplayName}</bdi>, {texts.heldBy}{' '}
              {formatShare(entitlement.holderCount, entitlement.peopleCount)}
            </span>
          </li>
        ))}
      </ul>
      <ShowMore hasMore={hasNextPage} onMore={more} />
    </>
  )
}

function RolePeople({ modelId, number }: { readonly modelId: string; readonly number: number }) {
  const { items, more, hasNextPage, error, refetch } = useRolePeople(modelId, number)
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />
  return (
    <>
      <h3>{texts.who}</h3>
      <ul className="tokens">
        {items.map(({ identityId, displayName }) => (
          <li key={identityId}>
            <Link className="token" to="/people/$id" params={{ id: identityId }}>
              <bdi>{displayName || identityId}</bdi>
            </Link>
          </li>
        ))}
      </ul>
      <ShowMore hasMore={hasNextPage} onMore={more} />
    </>
  )
}

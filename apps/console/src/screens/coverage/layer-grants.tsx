import type { ResidualGrant } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { CandidateName_Kind as Kind } from '@assay/contracts/assay/insight/v1/insight_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { FittedList, type RowHeights } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { useLayerGrants } from './queries.ts'
import type { CoverageSearch } from './search.ts'
import { layerNames, layerTitle, texts } from './texts.ts'

/** Names of two columns wrap here, because the list has half of the width. */
const rows: RowHeights = { comfortable: 48, dense: 44, narrow: 68 }

/** The grants of one layer, or of one application. */
export function LayerGrants({ search }: { readonly search: CoverageSearch }) {
  const navigate = useNavigate()
  const grants = useLayerGrants(search)
  const { items, more, hasNextPage } = grants
  const title = search.layer === undefined ? texts.listed : layerNames[search.layer]
  const isTold = search.layer === undefined || search.layer === 'accepted' || search.layer === 'open'
  return (
    <ListPart
      label={title}
      asked={grants}
      isEmpty={items.length === 0}
      nothing={texts.nothing}
      above={
        <div className="row">
          <h2>{title}</h2>
          {search.app !== undefined && <bdi className="muted">{search.app}</bdi>}
          <Link to="/coverage" search={{}}>
            {texts.allLayers}
          </Link>
        </div>
      }
    >
      <FittedList
        label={title}
        items={items}
        keyOf={keyOf}
        columns={isTold ? [person, access, told] : [person, access]}
        rows={rows}
        besideRem={16}
        onOpen={({ person: named }) => void navigate({ to: '/people/$id', params: { id: named?.identityId ?? '' } })}
        onEndReached={more}
        hasMore={hasNextPage}
      />
    </ListPart>
  )
}

const keyOf = ({ person: named, entitlement }: ResidualGrant) =>
  JSON.stringify([named?.identityId, entitlement?.applicationId, entitlement?.entitlementId])

const person: Column<ResidualGrant> = {
  key: 'person',
  title: texts.person,
  width: 'minmax(0, 1fr)',
  cell: ({ person: named }) => <PersonLink id={named?.identityId ?? ''} name={named?.displayName ?? ''} />,
}
const access: Column<ResidualGrant> = {
  key: 'access',
  title: texts.access,
  width: 'minmax(0, 1fr)',
  cell: ({ entitlement }) => (
    <EntitlementLink
      applicationId={entitlement?.applicationId ?? ''}
      entitlementId={entitlement?.entitlementId ?? ''}
      name={entitlement?.displayName ?? ''}
    />
  ),
}
const told: Column<ResidualGrant> = {
  key: 'told',
  title: texts.toldBy,
  width: 'minmax(0, 1fr)',
  cell: ({ toldBy, layer }) => {
    if (toldBy === undefined) return <span className="grid-name muted">{layerTitle(layer)}</span>
    const { kind, id, displayName } = toldBy
    const name = <bdi className="grid-name">{displayName}</bdi>
    if (kind === Kind.PROFILE)
      return (
        <Link to="/access-profiles/$id" params={{ id }} tabIndex={-1}>
          {name}
        </Link>
      )
    if (kind === Kind.SUGGESTION || kind === Kind.POTENTIAL_ROLE)
      return (
        <Link to="/candidates/$id" params={{ id }} search={{}} tabIndex={-1}>
          {name}
        </Link>
      )
    return name
  },
}

import type { ResidualGrant } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { CandidateName_Kind as Kind } from '@assay/contracts/assay/insight/v1/insight_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { useLayerGrants } from './queries.ts'
import { type CoverageSearch, layers, layerTitle } from './search.ts'
import { texts } from './texts.ts'

/** The grants of one layer, or of one application. */
export function LayerGrants({ search }: { readonly search: CoverageSearch }) {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const { items, more, hasNextPage, error, isPending, isPlaceholderData, refetch } = useLayerGrants(search)
  const rowHeight = isNarrow ? 68 : density === 'dense' ? 44 : 48
  const title = search.layer === undefined ? texts.listed : layers[search.layer].title
  return (
    <section className={isPlaceholderData ? 'stack stale' : 'stack'} aria-label={title} aria-busy={isPending}>
      <div className="row">
        <h2>{title}</h2>
        {search.app !== undefined && <bdi className="muted">{search.app}</bdi>}
        <Link to="/coverage" search={{}}>
          {texts.allLayers}
        </Link>
      </div>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && items.length === 0 && <p>{texts.nothing}</p>}
      {items.length > 0 && (
        <GridList
          label={title}
          items={items}
          keyOf={keyOf}
          columns={
            search.layer === undefined || search.layer === 'accepted' || search.layer === 'open'
              ? [person, access, told]
              : [person, access]
          }
          rowHeight={rowHeight}
          height={`min(${(items.length + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 16rem)))`}
          active={active}
          onActive={setActive}
          onOpen={({ person: named }) => void navigate({ to: '/people/$id', params: { id: named?.identityId ?? '' } })}
          lettersOn={letters}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </section>
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
    if (kind === Kind.SUGGESTION)
      return (
        <Link to="/candidates/$id" params={{ id }} search={{}} tabIndex={-1}>
          {name}
        </Link>
      )
    return name
  },
}

import { RoleSource } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { PageTitle } from '../../shell/page-title.tsx'
import { ConditionsBar } from '../explore/conditions-bar.tsx'
import { messagesOf } from '../explore/queries.ts'
import { readWho, writeWho } from '../explore/search.ts'
import { MatrixPanel } from './matrix-panel.tsx'
import { useMatrix } from './queries.ts'
import type { MatrixSearch } from './search.ts'
import { type OrderName, orders, texts } from './texts.ts'

const route = getRouteApi('/inside/matrix')

const sources: Readonly<Record<OrderName, RoleSource>> = {
  best: RoleSource.UNSPECIFIED,
  model: RoleSource.ROLE_MODEL,
  suggestions: RoleSource.SUGGESTIONS,
  none: RoleSource.NONE,
}

/** The matrix of all people, or of those who match some conditions. */
export function Matrix() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const { who, by, model } = search
  const conditions = useMemo(() => readWho(who), [who])
  const view = useMemo(
    () => ({
      conditions: messagesOf(conditions),
      roles: model === undefined ? sources[by ?? 'best'] : RoleSource.ROLE_MODEL,
      roleModelId: model ?? '',
    }),
    [conditions, by, model],
  )
  // The panel makes the same request, so this is no additional call.
  const { data: matrix } = useMatrix(view)
  /** Shows another matrix. It has other rows and columns, so place and zoom in the address are dropped. */
  const turnTo = (change: MatrixSearch) => {
    const { at: _, zoom: __, ...kept } = search
    void navigate({ to: '/matrix', search: { ...kept, ...change } })
  }
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <div className="filters">
        <ConditionsBar
          conditions={conditions}
          {...(matrix && { names: matrix.valueNames })}
          onChange={(next) => turnTo({ who: next.length === 0 ? undefined : writeWho(next) })}
        />
        <label className="field order-field">
          <span className="field-label">{texts.by}</span>
          <select
            className="input"
            value={model === undefined ? (by ?? 'best') : 'named'}
            onChange={({ target }) => {
              const chosen = target.value as OrderName
              turnTo({ by: chosen === 'best' ? undefined : chosen, model: undefined })
            }}
          >
            {model !== undefined && <option value="named">{texts.namedModel}</option>}
            {(Object.keys(orders) as OrderName[]).map((name) => (
              <option key={name} value={name}>
                {orders[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <MatrixPanel
        view={view}
        look={search}
        onLook={({ show, zoom, at }) =>
          void navigate({ to: '/matrix', search: { ...search, show, zoom, at }, replace: true })
        }
      />
    </>
  )
}

import type { RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { useOutline } from './queries.ts'
import { RoleCard } from './role-card.tsx'
import { RoleList } from './role-list.tsx'
import type { RoleModelSearch } from './search.ts'
import { texts } from './texts.ts'
import { Treemap } from './treemap.tsx'

interface Props {
  readonly model: RoleModel
  readonly search: RoleModelSearch
}

/** The roles as areas and as a list, and the chosen role. */
export function RolesTab({ model: { id }, search }: Props) {
  const navigate = useNavigate()
  const { data: outline, error, refetch } = useOutline(id)
  const choose = (role: number) =>
    void navigate({
      to: '/role-models/$id',
      params: { id },
      search: { ...search, role },
      replace: true,
      resetScroll: false,
    })
  const chosen = outline?.roles.find(({ number }) => number === search.role)
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />
  if (outline === undefined) return <p>{texts.looking}</p>
  return (
    <>
      <Treemap outline={outline} chosen={chosen?.number} onChoose={choose} />
      <p>
        <Link to="/matrix" search={{ model: id }}>
          {texts.inMatrix}
        </Link>
      </p>
      <div className="two-lists">
        <div className="stack">
          <RoleList modelId={id} roles={outline.roles} search={search} onChoose={choose} />
          {outline.otherRoleCount > 0 && <p className="small muted">{texts.otherRoles(outline.otherRoleCount)}</p>}
        </div>
        {chosen === undefined ? (
          <p className="muted">{texts.chooseRole}</p>
        ) : (
          <RoleCard key={chosen.number} modelId={id} role={chosen} search={search} />
        )}
      </div>
    </>
  )
}

import type { RoleModelOutline, RoleOutline } from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import { useMemo } from 'react'
import { Band } from '../../kit/band.tsx'
import { bandOf, formatCount } from '../../kit/figures.ts'
import { texts } from './texts.ts'
import { layOut } from './treemap-layout.ts'

/** The maximum number of fields; smaller roles share one field. */
const mostTiles = 300

interface Field {
  readonly key: string
  readonly area: number
  /** Undefined for the field of all smaller roles. */
  readonly role: RoleOutline | undefined
}

interface Props {
  readonly outline: RoleModelOutline
  readonly chosen: number | undefined
  readonly onChoose: (role: number) => void
}

/**
 * Roles as areas of people by entitlements; the shade shows how much only this role gives. The list beside it has the same content, so it
 * is a picture to screen readers and no stop of the Tab key.
 */
export function Treemap({ outline, chosen, onChoose }: Props) {
  const tiles = useMemo(() => layOut(fieldsOf(outline)), [outline])
  const others = outline.roles.length - mostTiles + outline.otherRoleCount
  const choose = ({ target }: React.MouseEvent) => {
    const number = target instanceof Element ? target.closest('[data-role]')?.getAttribute('data-role') : null
    if (number) onChoose(Number(number))
  }
  return (
    <figure className="stack-tight">
      {/* Keyboard users use the list beside it. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div className="treemap" role="img" aria-label={texts.map} onClick={choose}>
        {tiles.map(({ item: { key, role }, x, y, width, height }) => (
          <div
            key={key}
            className="treemap-field"
            data-role={role?.number}
            data-band={role === undefined ? undefined : bandOf(shareOf(role))}
            data-chosen={role !== undefined && role.number === chosen ? '' : undefined}
            title={role?.displayName}
            style={{ left: percent(x), top: percent(y), width: percent(width), height: percent(height) }}
          >
            {width * height > 0.006 && width > 0.07 && (
              <span>
                <bdi>{role?.displayName ?? texts.otherRoles(others)}</bdi>
                {role !== undefined && (
                  <span className="block muted">
                    {formatCount(role.identityCount)} × {formatCount(role.entitlementCount)}
                  </span>
                )}
              </span>
            )}
          </div>
        ))}
      </div>
      <figcaption className="small muted row">
        {texts.mapMeans} {texts.legend}: <Band share={1} /> <Band share={0.6} /> <Band share={0} />
      </figcaption>
    </figure>
  )
}

function fieldsOf({ roles, otherGrantCount }: RoleModelOutline): Field[] {
  const areaOf = ({ identityCount, entitlementCount }: RoleOutline) => identityCount * entitlementCount
  const shown = roles.slice(0, mostTiles)
  const rest = roles.slice(mostTiles).reduce((sum, role) => sum + areaOf(role), Number(otherGrantCount))
  return [
    ...shown.map((role) => ({ key: String(role.number), area: areaOf(role), role })),
    ...(rest > 0 ? [{ key: 'rest', area: rest, role: undefined }] : []),
  ]
}

/** The share of a role's grants that no other role gives; undefined when it was not counted. */
export function shareOf({ soleGrantCount, identityCount, entitlementCount }: RoleOutline): number | undefined {
  return soleGrantCount === undefined ? undefined : soleGrantCount / (identityCount * entitlementCount)
}

function percent(share: number): string {
  return `${share * 100}%`
}

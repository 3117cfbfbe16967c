import type { RoleFrontPoint } from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import { formatCount } from '../../kit/figures.ts'
import { costOf, linesOf } from './curve.ts'
import { texts } from './texts.ts'

const width = 600
const height = 240

interface Props {
  readonly points: readonly RoleFrontPoint[]
  readonly chosen: RoleFrontPoint
}

/** Roles from left to right, exceptions upwards; the lower line is the proven bound. The table has the same values. */
export function CurveChart({ points, chosen }: Props) {
  const { reached, proven, most } = linesOf(points)
  const at = reached[points.indexOf(chosen)]
  const words = `${texts.curve}: ${points.length > 0 ? [points[0], points.at(-1)].map((point) => (point === undefined ? '' : `${formatCount(point.roles)} ${texts.axisRoles}, ${formatCount(costOf(point))} ${texts.axisChanges}`)).join('; ') : ''}`
  return (
    <figure className="stack-tight">
      <svg
        className="curve"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        <polyline className="curve-proven" points={path(proven)} />
        <polyline className="curve-reached" points={path(reached)} />
        {at !== undefined && <line className="histogram-cut" x1={at.x * width} x2={at.x * width} y1={0} y2={height} />}
      </svg>
      <figcaption className="row small muted">
        <span>
          0 – {formatCount(most)} {texts.axisChanges}
        </span>
        <span>
          {formatCount(points[0]?.roles ?? 0)} – {formatCount(points.at(-1)?.roles ?? 0)} {texts.axisRoles}
        </span>
        <span className="curve-key">{texts.lowest}</span>
      </figcaption>
    </figure>
  )
}

function path(points: readonly { readonly x: number; readonly y: number }[]): string {
  return points.map(({ x, y }) => `${x * width},${height - y * (height - 4) - 2}`).join(' ')
}

interface Props {
  /** Oldest first. */
  readonly values: readonly number[]
  /** The goal, in the same unit. */
  readonly goal?: number | undefined
}

const width = 120
const height = 24
const inset = 2

/** The course of a figure, as a line without axes. The numbers are beside it, so it is hidden from screen readers. */
export function TrendLine({ values, goal }: Props) {
  if (values.length < 2) return null
  const all = goal === undefined ? values : [...values, goal]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const y = (value: number) =>
    high === low ? height / 2 : height - inset - ((value - low) / (high - low)) * (height - 2 * inset)
  const x = (place: number) => inset + (place / (values.length - 1)) * (width - 2 * inset)
  const points = values.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  return (
    <svg className="trend" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      {goal !== undefined && <line className="trend-goal" x1={0} x2={width} y1={y(goal)} y2={y(goal)} />}
      <polyline className="trend-line" points={points} />
    </svg>
  )
}

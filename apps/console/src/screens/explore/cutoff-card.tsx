import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { formatCount } from '../../kit/figures.ts'
import { cutWords } from './effect.ts'
import { histogramOf } from './selection.ts'
import { texts } from './texts.ts'

interface Props {
  readonly cohort: CohortDescription
  readonly cut: number
  readonly onCut: (cut: number) => void
}

/** The cut-off over the share of people who hold an entitlement, with a histogram of these shares. */
export function CutoffCard({ cohort, cut, onCut }: Props) {
  const read = (text: string) => {
    const number = Number(text)
    if (Number.isFinite(number)) onCut(Math.min(100, Math.max(0, Math.round(number))))
  }
  return (
    <section className="card" aria-label={texts.cutoff}>
      <h2>{texts.cutoff}</h2>
      <Histogram bars={histogramOf(cohort)} cut={cut} />
      <input
        type="range"
        className="slider"
        min={0}
        max={100}
        step={1}
        value={cut}
        aria-label={texts.cutoffMeans}
        aria-valuetext={cutWords(cut)}
        onChange={({ target }) => read(target.value)}
      />
      <label className="row">
        <span className="field-label">{texts.cutoffNumber}</span>
        <input
          type="number"
          className="input cut-number"
          min={0}
          max={100}
          value={cut}
          onChange={({ target }) => read(target.value)}
        />
      </label>
    </section>
  )
}

const barWidth = 10
const height = 40

/** Each bar is ten per cent wide; bars below the cut-off are pale. */
function Histogram({ bars, cut }: { readonly bars: readonly number[]; readonly cut: number }) {
  const most = Math.max(1, ...bars)
  const words = bars.map((count, place) => texts.barOf(place * 10, formatCount(count))).join(', ')
  return (
    <svg
      className="histogram"
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${texts.histogram}. ${words}`}
    >
      {bars.map((count, place) => {
        const drawn = count === 0 ? 0 : Math.max(1, (count / most) * height)
        return (
          <rect
            // The place identifies a bar.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={place}
            className={place * barWidth + barWidth <= cut && cut < 100 ? 'histogram-below' : 'histogram-bar'}
            x={place * barWidth + 0.5}
            width={barWidth - 1}
            y={height - drawn}
            height={drawn}
          />
        )
      })}
      <line className="histogram-cut" x1={cut} x2={cut} y1={0} y2={height} />
    </svg>
  )
}

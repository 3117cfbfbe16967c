import { formatCount } from './figures.ts'
import { texts } from './texts.ts'

/** The number of gains: `+26`, or 0 without a sign. */
export function Gains({ count, word = true }: { readonly count: number; readonly word?: boolean }) {
  return (
    <span className="gain nowrap" data-zero={count === 0 ? '' : undefined}>
      {count > 0 && '+'}
      {word ? texts.gains(count, formatCount(count)) : formatCount(count)}
    </span>
  )
}

import { formatCount } from './figures.ts'

const minus = '\u2212'

/** The number of losses: a minus sign (not a hyphen) and the number, or 0 without a sign. */
export function Losses({ count }: { readonly count: number }) {
  return (
    <span className="loss nowrap" data-zero={count === 0 ? '' : undefined}>
      {count > 0 && minus}
      {formatCount(count)}
    </span>
  )
}

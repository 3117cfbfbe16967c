import { counted, formatCount } from './figures.ts'

/** What people would get: `+26`, or 0 without a sign. */
export function Gains({ count, word = true }: { readonly count: number; readonly word?: boolean }) {
  return (
    <span className="gain nowrap" data-zero={count === 0 ? '' : undefined}>
      {count > 0 && '+'}
      {word ? counted(count, 'gain', 'gains') : formatCount(count)}
    </span>
  )
}

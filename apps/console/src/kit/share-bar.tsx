import { bandOf } from './figures.ts'

/** A share as a filled bar. The number stands beside it, so it is hidden from screen readers. */
export function ShareBar({ share }: { readonly share: number }) {
  return (
    <span className="bar" data-band={bandOf(share)} aria-hidden>
      <span className="bar-fill" style={{ inlineSize: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
    </span>
  )
}

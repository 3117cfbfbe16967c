import { bandOf } from './figures.ts'

interface Props {
  readonly share: number
  /** The position of a cut-off, 0 to 1. */
  readonly notch?: number | undefined
}

/** A share as a filled bar. The number is beside it, so the bar is hidden from screen readers. */
export function ShareBar({ share, notch }: Props) {
  return (
    <span className="bar" data-band={bandOf(share)} aria-hidden>
      <span className="bar-fill" style={{ inlineSize: percent(share) }} />
      {notch !== undefined && <span className="bar-notch" style={{ insetInlineStart: percent(notch) }} />}
    </span>
  )
}

function percent(share: number): string {
  return `${Math.max(0, Math.min(1, share)) * 100}%`
}

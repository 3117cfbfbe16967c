import type { ReactNode } from 'react'
import { Failed } from './failed.tsx'

/** What a list needs to know of the call that it shows. */
export interface Asked {
  readonly error: unknown
  readonly isPending: boolean
  /** What is shown answers an earlier question. */
  readonly isPlaceholderData?: boolean
  readonly refetch: () => unknown
}

interface Props {
  readonly label: string
  readonly asked: Asked
  readonly isEmpty: boolean
  /** What stands there when nothing was found; without it, nothing. */
  readonly nothing?: ReactNode
  /** What stands above the list, whatever came of the call. */
  readonly above?: ReactNode
  /** The list; not in the page while it is empty. */
  readonly children: ReactNode
}

/** A part of a screen that shows one list: that it is asked for, why it failed, that there is nothing, or the list. */
export function ListPart({ label, asked, isEmpty, nothing, above, children }: Props) {
  const { error, isPending, isPlaceholderData, refetch } = asked
  return (
    <section className={isPlaceholderData ? 'stack stale' : 'stack'} aria-label={label} aria-busy={isPending}>
      {above}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && isEmpty && nothing !== undefined && <p>{nothing}</p>}
      {!isEmpty && children}
    </section>
  )
}

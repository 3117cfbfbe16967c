import type { ReactNode } from 'react'
import { Failed } from './failed.tsx'

/** The state of a call whose result a list shows. */
export interface Asked {
  readonly error: unknown
  readonly isPending: boolean
  /** The shown data answer an earlier request. */
  readonly isPlaceholderData?: boolean
  readonly refetch: () => unknown
}

interface Props {
  readonly label: string
  readonly asked: Asked
  readonly isEmpty: boolean
  /** Shown when there are no results; without it, nothing is shown. */
  readonly nothing?: ReactNode
  /** Shown above the list, whatever the result of the call. */
  readonly above?: ReactNode
  /** The list; not rendered while it is empty. */
  readonly children: ReactNode
}

/** A part of a screen that shows one list: that it is loading, why it failed, that it is empty, or the list. */
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

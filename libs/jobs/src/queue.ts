/** How many jobs of one key may exist at once. */
export type Sharing =
  /** Any number. */
  | 'free'
  /** Any number waits, one runs: for example the runs of one tenant. */
  | 'one-at-a-time'
  /** One in total, waiting or running: adding the same work again has no effect. */
  | 'once'

/** A kind of work. The type parameter is the content of its jobs: ids, never data. */
export interface Queue<Payload extends object> {
  readonly name: string
  readonly sharing: Sharing
  /**
   * The most waiting jobs of one tenant; one more is refused. Undefined: any number, for work that no caller requests directly.
   */
  readonly mostWaiting?: number | undefined
  /** Type only: the content of a job. */
  readonly payload?: Payload
}

export function defineQueue<Payload extends object>(
  name: string,
  sharing: Sharing,
  { mostWaiting }: Pick<Queue<Payload>, 'mostWaiting'> = {},
): Queue<Payload> {
  return { name, sharing, mostWaiting }
}

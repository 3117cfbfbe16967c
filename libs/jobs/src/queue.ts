/** How many jobs of one key may be there at once. */
export type Sharing =
  /** Any number. */
  | 'free'
  /** Any number waits, one goes on: the runs of one tenant. */
  | 'one-at-a-time'
  /** One in all, waiting or going on: asking again for the same work adds nothing. */
  | 'once'

/** A kind of work. The type parameter is what a job of it carries: ids, never data. */
export interface Queue<Payload extends object> {
  readonly name: string
  readonly sharing: Sharing
  /** Type only: what jobs carry. */
  readonly payload?: Payload
}

export function defineQueue<Payload extends object>(name: string, sharing: Sharing): Queue<Payload> {
  return { name, sharing }
}

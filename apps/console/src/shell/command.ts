export interface Command {
  readonly id: string
  readonly title: string
  readonly keys?: string
  /** The kind of the target, when the title is a name. */
  readonly what?: string
  readonly run: () => void
}

export interface Command {
  readonly id: string
  readonly title: string
  readonly keys?: string
  /** What it leads to, where the title is a name. */
  readonly what?: string
  readonly run: () => void
}

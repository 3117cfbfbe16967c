/** What a check of the deployment found. */
export interface Finding {
  /** `warning`: it works, and will not for ever. `fault`: something does not work. */
  readonly level: 'ok' | 'warning' | 'fault'
  readonly about: string
  readonly says: string
  /** What to do about it. */
  readonly remedy?: string
}

export function ok(about: string, says: string): Finding {
  return { level: 'ok', about, says }
}

export function warning(about: string, says: string, remedy: string): Finding {
  return { level: 'warning', about, says, remedy }
}

export function fault(about: string, says: string, remedy: string): Finding {
  return { level: 'fault', about, says, remedy }
}

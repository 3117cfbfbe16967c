/** The result of one check of the deployment. */
export interface Finding {
  /** `warning`: it works now but will fail later. `fault`: it does not work. */
  readonly level: 'ok' | 'warning' | 'fault'
  readonly about: string
  readonly says: string
  /** How to correct it. */
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

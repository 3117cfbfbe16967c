import { readSetting, type Setting } from './config.ts'

/** With this argument a process prints the settings that it reads from its environment, as JSON, and exits. */
export const explainArgument = '--explain-settings'

/** A variable as one process reads it. */
export interface ExplainedSetting {
  readonly variable: string
  readonly takes: string
  /** The default, as one would write it. */
  readonly standsIn?: string
  readonly isRequired: boolean
  /** The fault of the present value, with the variable and the remedy. */
  readonly problem?: string
}

/** The settings of a process by variable, with the faults in an environment. */
export function explainSettings(
  environment: Readonly<Record<string, string | undefined>>,
  settings: Readonly<Record<string, Setting<unknown>>>,
): ExplainedSetting[] {
  return Object.values(settings)
    .map((setting) => {
      const { variable, takes, standsIn, isRequired = false } = setting
      const read = readSetting(environment, setting)
      return {
        variable,
        takes,
        ...(standsIn !== undefined && { standsIn }),
        isRequired,
        ...('problem' in read && { problem: read.problem }),
      }
    })
    .sort((a, b) => (a.variable < b.variable ? -1 : 1))
}

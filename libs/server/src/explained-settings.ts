import { readSetting, type Setting } from './config.ts'

/** With this argument a process prints what it reads from its environment, as JSON, and ends. */
export const explainArgument = '--explain-settings'

/** A variable as one process reads it. */
export interface ExplainedSetting {
  readonly variable: string
  readonly takes: string
  /** What stands in where it is not set, as one would write it. */
  readonly standsIn?: string
  readonly isRequired: boolean
  /** What is wrong with what is there, with the variable and the remedy. */
  readonly problem?: string
}

/** What a process reads, by variable, with what is wrong in an environment. */
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

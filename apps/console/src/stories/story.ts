import type { ReactNode } from 'react'
import type { Right } from '../shell/session.ts'
import type { Answer } from './answers.ts'

/** One state: of a screen, or of parts that stand alone. */
export interface Story {
  /** The address of the screen; without it, `show` stands alone. */
  readonly path?: string
  readonly show?: () => ReactNode
  /** What calls answer; those that are not named wait for ever. */
  readonly answers?: readonly Answer[]
  /** Of who is signed in; all of them without it. */
  readonly rights?: readonly Right[]
  /** Text that stands there once the state is reached. */
  readonly ready: string
}

/** States by their names. */
export type Stories = Readonly<Record<string, Story>>

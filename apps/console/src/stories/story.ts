import type { ReactNode } from 'react'
import type { Right } from '../shell/session.ts'
import type { Answer } from './answers.ts'

/** One state of a screen, or of single parts. */
export interface Story {
  /** The address of the screen; without it, only `show` is rendered. */
  readonly path?: string
  readonly show?: () => ReactNode
  /** The responses of calls; other calls never end. */
  readonly answers?: readonly Answer[]
  /** The rights of the user; without it, all rights. */
  readonly rights?: readonly Right[]
  /** The user is a bounded reader. */
  readonly isBounded?: boolean
  /** A text that is visible when the state is reached. */
  readonly ready: string
}

/** States by their names. */
export type Stories = Readonly<Record<string, Story>>

import type { Load } from './load.ts'

export interface Source {
  /** Its id in the API. */
  readonly name: string
  readonly displayName: string
  /** From 1. */
  readonly order: number
  readonly definesPeople: boolean
  /** Empty: its own newest map, or the ready map that fits the files. */
  readonly readyMap: string
  /** The version of its newest own map; 0 without one. */
  readonly mapVersion: number
  readonly newestLoad: Load | undefined
  readonly createdBy: string
  readonly createdAt: Date
  /** By the composition in force. */
  readonly linkedAccounts: number
  readonly orphans: number
  /** Change sets, and loads of changes from files, that are in force since its last whole load. */
  readonly changesSinceWhole: number
}

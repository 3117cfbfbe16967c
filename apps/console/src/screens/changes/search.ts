import { Fate } from '@assay/contracts/assay/change/v1/change_service_pb'

/** The fates of candidates by their words in addresses, in the order in which they are shown. */
export const fates = {
  new: Fate.NEW,
  gone: Fate.GONE,
  grown: Fate.GROWN,
  shrunk: Fate.SHRUNK,
  changed: Fate.CHANGED,
  renamed: Fate.RENAMED,
  same: Fate.SAME,
} as const
export type FateName = keyof typeof fates

/** The search parameters in the address of the changes. */
export interface ChangesSearch {
  /** Undefined means the changes from load to load. */
  readonly tab?: 'runs' | 'health' | 'drift' | undefined
  /** Ids of the later and the earlier run; undefined means the newest run and the one before. */
  readonly run?: string | undefined
  readonly before?: string | undefined
  /** Undefined means all fates except "same". */
  readonly fate?: FateName | undefined
}

export function readChangesSearch({ tab, run, before, fate }: Record<string, unknown>): ChangesSearch {
  return {
    ...((tab === 'runs' || tab === 'health' || tab === 'drift') && { tab }),
    ...(typeof run === 'string' && run !== '' && { run }),
    ...(typeof before === 'string' && before !== '' && { before }),
    ...(typeof fate === 'string' && Object.hasOwn(fates, fate) && { fate: fate as FateName }),
  }
}

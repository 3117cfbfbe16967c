import { Fate } from '@assay/contracts/assay/change/v1/change_service_pb'
import type { CandidateFate } from '@assay/mining'

export const fateMessages: Readonly<Record<CandidateFate, Fate>> = {
  new: Fate.NEW,
  gone: Fate.GONE,
  grown: Fate.GROWN,
  shrunk: Fate.SHRUNK,
  changed: Fate.CHANGED,
  renamed: Fate.RENAMED,
  same: Fate.SAME,
}

import type { Bench } from './support/bench.ts'
import { benchMiningUnderPolicies } from './support/mining-under-policies.ts'

export const bench: Bench = {
  about: 'mining with ten policies of 100 entitlements each, against the same without',
  run: async ({ scale }) => benchMiningUnderPolicies({ scale }),
}

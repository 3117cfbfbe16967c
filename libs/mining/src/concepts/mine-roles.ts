import { stopped } from '../mining-error.ts'
import type { Snapshot } from '../snapshot.ts'
import { commonRole } from './common-role.ts'
import type { ChanceRole, MinedRole, RoleMiningProgress, RoleMiningResult, RoleOutline } from './role-result.ts'
import { type RoleMiningSettings, resolveRoleSettings } from './role-settings.ts'
import { roleSteps } from './role-steps.ts'
import { type RoleAnswer, TaskWorker } from './role-tasks.ts'

export interface RoleMiningHooks {
  /** Called once, before the first role. */
  readonly onOutline?: (outline: RoleOutline) => void
  /** Called with each role as soon as it is finished, in the order of the result. */
  readonly onRole?: (role: MinedRole, index: number) => void
  readonly onProgress?: (progress: RoleMiningProgress) => void
  /** Called with each candidate that chance could have produced. These are not roles. */
  readonly onChance?: (role: ChanceRole) => void
  /** Called between parts of the work, many times a second. If it returns true, the analysis ends with a `stopped` error. */
  readonly shouldStop?: () => boolean
}

/**
 * Finds potential roles from the grants alone: groups of entitlements that nearly the same identities hold. It needs no attributes; they
 * only explain the roles afterwards. Pure and synchronous; the same input gives the same result. Throws `bad_settings` before any work,
 * and `stopped` when `shouldStop` returns true. `minePotentialRolesInThreads` gives the same result.
 */
export function minePotentialRoles(
  snapshot: Snapshot,
  given: Partial<RoleMiningSettings> = {},
  hooks: RoleMiningHooks = {},
): RoleMiningResult {
  const settings = resolveRoleSettings(given, snapshot)
  const { shouldStop, ...others } = hooks
  const check = () => {
    if (shouldStop?.() === true) throw stopped()
  }
  if (settings.type === 'COMMON') return commonRole(snapshot, settings, { ...others, check })
  const steps = roleSteps(snapshot, settings, { ...others, check })
  let step = steps.next()
  while (step.done !== true) {
    const task = step.value
    const worker = new TaskWorker(task)
    const answers: RoleAnswer[] = []
    for (let part = 0; part < task.parts; part++) {
      check()
      answers.push(worker.do(part))
    }
    step = steps.next(answers)
  }
  return step.value
}

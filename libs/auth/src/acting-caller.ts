import { actingAs } from '@assay/ledger'
import type { Access } from './access.ts'
import { actsForItself } from './client-user.ts'
import type { Principal } from './principal.ts'
import { hasRight } from './rights.ts'

/** Runs a call. Its entries in the ledger name the caller, and the right by which the caller makes the call. */
export function asActor<T>(caller: Principal, access: Access | undefined, call: string, work: () => T): T {
  if (access === undefined || access === 'everyone') return work()
  const actor = {
    type: caller.byTool === true ? 'agent' : caller.person === undefined ? 'client' : 'person',
    id: caller.clientId,
    name: caller.displayName,
    role: caller.role,
    call,
    ...(!actsForItself(caller) && { person: caller.identityId }),
    ...(access.right !== undefined && { right: hasRight(caller.role, access.right) ? access.right : 'decide-by-tool' }),
  } as const
  return actingAs(actor, work)
}

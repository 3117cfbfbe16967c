/** What may be changed of the access, by the names of the address. */
export const changesNames = ['remove', 'add', 'both'] as const
export type ChangesName = (typeof changesNames)[number]

export const tabNames = ['roles', 'curve', 'about'] as const
export type TabName = (typeof tabNames)[number]

/** The search parameters in the address of a role model. */
export interface RoleModelSearch {
  readonly tab?: Exclude<TabName, 'roles'> | undefined
  /** The role that is looked at. */
  readonly role?: number | undefined
  readonly changes?: Exclude<ChangesName, 'remove'> | undefined
  /** The number of roles that is looked at on the curve. */
  readonly at?: number | undefined
}

export function readRoleModelSearch({ tab, role, changes, at }: Record<string, unknown>): RoleModelSearch {
  return {
    ...((tab === 'curve' || tab === 'about') && { tab }),
    ...(isNumber(role) && { role }),
    ...((changes === 'add' || changes === 'both') && { changes }),
    ...(isNumber(at) && { at }),
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0
}

/** The kinds of allowed changes of the access, by their words in addresses. */
export const changesNames = ['remove', 'add', 'both'] as const
export type ChangesName = (typeof changesNames)[number]

export const tabNames = ['roles', 'curve', 'about', 'revisions'] as const
export type TabName = (typeof tabNames)[number]

/** The search parameters in the address of a role model. */
export interface RoleModelSearch {
  readonly tab?: Exclude<TabName, 'roles'> | undefined
  /** The chosen role. */
  readonly role?: number | undefined
  readonly changes?: Exclude<ChangesName, 'remove'> | undefined
  /** The chosen number of roles on the curve. */
  readonly at?: number | undefined
}

export function readRoleModelSearch({ tab, role, changes, at }: Record<string, unknown>): RoleModelSearch {
  return {
    ...((tab === 'curve' || tab === 'about' || tab === 'revisions') && { tab }),
    ...(isNumber(role) && { role }),
    ...((changes === 'add' || changes === 'both') && { changes }),
    ...(isNumber(at) && { at }),
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0
}

import type { Access, BoundedReaders, CallerAccess } from '@assay/auth'
import type { DescMethod, DescService } from '@bufbuild/protobuf'

export const read: CallerAccess = { right: 'read' }
export const mine: CallerAccess = { right: 'mine' }
export const decide: CallerAccess = { right: 'decide' }
export const administer: CallerAccess = { right: 'administer' }

/** The access that a call requires, and how it treats bounded readers. Every call must state both. */
export type SettledAccess = 'everyone' | CallersAccess

type CallersAccess = CallerAccess & { readonly readers: BoundedReaders }

/** A bounded reader gets the response of a tenant that has only the people of the reader's scope. */
export function bounded(access: CallerAccess): CallersAccess {
  return { ...access, readers: 'bounded' }
}

/** The response has no data of people, so bounded readers get the same one as everybody. */
export function unaffected(access: CallerAccess): CallersAccess {
  return { ...access, readers: 'unaffected' }
}

/** @param why the text for a bounded reader, after "This call is closed to clients that see some people only: " */
export function refused(access: CallerAccess, why: string): CallersAccess {
  return { ...access, readers: { refused: why } }
}

/** Agents may also make the call, by the tools of MCP: such a tool shows a preview first. */
export function alsoByTools(access: CallersAccess): CallersAccess {
  return { ...access, byTools: true }
}

/** A call, and the access that it requires of its caller. */
export interface CallAccess {
  readonly method: DescMethod
  readonly access: Access
}

/**
 * The access that each call of a service requires. The type requires every call of the service by name, no other one, and the
 * treatment of bounded readers. A call that was added to the proto but not here fails the type check, and no server that serves
 * it starts.
 */
export function accessOfCalls<Service extends DescService>(
  service: Service,
  access: Readonly<Record<keyof Service['method'] & string, SettledAccess>>,
): readonly CallAccess[] {
  return Object.entries<SettledAccess>(access).map(([name, needed]) => {
    const method = service.method[name]
    if (method === undefined) throw new Error(`${service.typeName} has no call "${name}"; take it out of the table`)
    return { method, access: needed }
  })
}

/** `c1.api.auth.v1.Auth.Introspect` */
export function fullNameOf({ parent, name }: DescMethod): string {
  return `${parent.typeName}.${name}`
}

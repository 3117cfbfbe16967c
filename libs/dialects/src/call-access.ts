import type { Access, BoundedReaders, CallerAccess } from '@assay/auth'
import type { DescMethod, DescService } from '@bufbuild/protobuf'

export const read: CallerAccess = { right: 'read' }
export const mine: CallerAccess = { right: 'mine' }
export const decide: CallerAccess = { right: 'decide' }
export const administer: CallerAccess = { right: 'administer' }

/** What a call needs, and what it is to callers who see some people only: each call says so. */
export type SettledAccess = 'everyone' | CallersAccess

type CallersAccess = CallerAccess & { readonly readers: BoundedReaders }

/** To a bounded reader it answers as a tenant would that holds only the people of the reader's scope. */
export function bounded(access: CallerAccess): CallersAccess {
  return { ...access, readers: 'bounded' }
}

/** It says nothing of people, so that bounded readers get the answer that everybody gets. */
export function unaffected(access: CallerAccess): CallersAccess {
  return { ...access, readers: 'unaffected' }
}

/** @param why what a bounded reader is told, behind "This call is closed to clients that see some people only: " */
export function refused(access: CallerAccess, why: string): CallersAccess {
  return { ...access, readers: { refused: why } }
}

/** Also open to agents, by the tools of MCP: such a tool shows first what it is about to do. */
export function alsoByTools(access: CallersAccess): CallersAccess {
  return { ...access, byTools: true }
}

/** A call and what it needs of its caller. */
export interface CallAccess {
  readonly method: DescMethod
  readonly access: Access
}

/**
 * What each call of a service needs. The type asks for every call of the service by name, and for no other, and for what the call is
 * to bounded readers; a call that was added to the proto and not here fails the type check, and no server that serves it starts.
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

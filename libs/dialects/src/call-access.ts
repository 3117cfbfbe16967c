import type { Access, CallerAccess } from '@assay/auth'
import type { DescMethod, DescService } from '@bufbuild/protobuf'

export const read: CallerAccess = { right: 'read' }
export const mine: CallerAccess = { right: 'mine' }
export const decide: CallerAccess = { right: 'decide' }
export const administer: CallerAccess = { right: 'administer' }

/** A call and what it needs of its caller. */
export interface CallAccess {
  readonly method: DescMethod
  readonly access: Access
}

/**
 * What each call of a service needs. The type asks for every call of the service by name, and for no other; a call that was
 * added to the proto and not here fails the type check, and no server that serves it starts.
 */
export function accessOfCalls<Service extends DescService>(
  service: Service,
  access: Readonly<Record<keyof Service['method'] & string, Access>>,
): readonly CallAccess[] {
  return Object.entries<Access>(access).map(([name, needed]) => {
    const method = service.method[name]
    if (method === undefined) throw new Error(`${service.typeName} has no call "${name}"; take it out of the table`)
    return { method, access: needed }
  })
}

/** `c1.api.auth.v1.Auth.Introspect` */
export function fullNameOf({ parent, name }: DescMethod): string {
  return `${parent.typeName}.${name}`
}

/** What a SCIM server says of itself is wrong: it contradicts itself or the standard. Nothing of it is used. */
export class ScimFault extends Error {
  override readonly name = 'ScimFault'
  /** Data that change while they are read look like this: reading them again may end well. */
  readonly mayPass: boolean

  constructor(message: string, { mayPass = false }: { readonly mayPass?: boolean } = {}) {
    super(message)
    this.mayPass = mayPass
  }
}

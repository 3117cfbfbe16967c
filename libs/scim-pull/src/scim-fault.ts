/** The answers of a SCIM server contradict each other or the standard. Nothing of them is used. */
export class ScimFault extends Error {
  override readonly name = 'ScimFault'
  /** Data that change while they are read cause the same fault, so a second reading may succeed. */
  readonly mayPass: boolean

  constructor(message: string, { mayPass = false }: { readonly mayPass?: boolean } = {}) {
    super(message)
    this.mayPass = mayPass
  }
}

import { AsyncLocalStorage } from 'node:async_hooks'

/** Who decides or changes something. */
export interface Actor {
  /**
   * `client`: an API client. `person`: somebody who signed in by an issuer. `job`: durable work. `command`: the command line with the
   * owner's database login. `agent`: an API client by a tool of MCP.
   */
  readonly type: 'client' | 'person' | 'agent' | 'job' | 'command'
  /** The id of the API client or of the person, the name of the job or of the command. */
  readonly id: string
  /** The id of the identity that the client acts for, or that the person is; absent where it acts for itself. */
  readonly person?: string
  /** The name that is shown: of the client, the person or the operator. */
  readonly name?: string
  readonly role?: string
  /** The right that the call needs. */
  readonly right?: string
  /** The full name of the call: `assay.profile.v1.ProfileService/CreateAccessProfile`. */
  readonly call?: string
}

const acting = new AsyncLocalStorage<Actor>()

/**
 * Entries that `work` records name the actor, however deep in the domain they are written. Each door into the domain says once who
 * comes in: the handler of a call, an attempt of a job, a command.
 */
export function actingAs<T>(actor: Actor, work: () => T): T {
  return acting.run(actor, work)
}

/** Who is acting; undefined where no door has said so. */
export function currentActor(): Actor | undefined {
  return acting.getStore()
}

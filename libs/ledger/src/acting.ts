import { AsyncLocalStorage } from 'node:async_hooks'

/** Who decides or changes something. */
export interface Actor {
  /**
   * `client`: an API client. `person`: a user who signed in through an issuer. `agent`: an API client that uses a tool of MCP. `job`:
   * durable work. `command`: the command line, with the database login of the owner.
   */
  readonly type: 'client' | 'person' | 'agent' | 'job' | 'command'
  /** The id of the API client or of the person, the name of the job or of the command. */
  readonly id: string
  /** The id of the identity that the client acts for, or of the identity that the person is. Absent when the client acts for itself. */
  readonly person?: string
  /** The display name of the client, the person or the operator. */
  readonly name?: string
  readonly role?: string
  /** The right that the call needs. */
  readonly right?: string
  /** The full name of the call: `assay.profile.v1.ProfileService/CreateAccessProfile`. */
  readonly call?: string
}

const acting = new AsyncLocalStorage<Actor>()

/**
 * Runs `work` with an actor: every entry that `work` records names this actor, however deep in the domain the entry is written. Each
 * entrance to the domain (the handler of a call, an attempt of a job, a command) calls it once.
 */
export function actingAs<T>(actor: Actor, work: () => T): T {
  return acting.run(actor, work)
}

/** The current actor; undefined when no caller called `actingAs`. */
export function currentActor(): Actor | undefined {
  return acting.getStore()
}

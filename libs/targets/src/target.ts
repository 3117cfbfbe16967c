import type { PublishedEntitlement, PublishedProfile } from './published-profile.ts'

/** A file for another system. */
interface TargetFile {
  /** ASCII, without a folder. */
  readonly name: string
  /** The text in pieces; each call starts from the beginning. */
  content(): Iterable<string>
}

/** How a target recognises what belongs to the system that gets the files. */
interface TargetSystem {
  /** The application that its ready map gives to its entitlements; '' when the source has to be named. */
  readonly application: string
  /** Whether an entitlement is one of the system, where no source is known to be its export. */
  owns(entitlement: Omit<PublishedEntitlement, 'isOwn'>): boolean
  /** Whether the files can have the entitlement. */
  takes(entitlement: PublishedEntitlement): boolean
  /** Whether the files can have a person with this id. */
  takesPerson(id: string): boolean
}

/** A kind of system to which accepted profiles are handed over. */
export interface Target {
  /** The name in `assay publish --to`. */
  readonly id: string
  readonly title: string
  /** The information that the files do not have, one sentence each. */
  readonly loses: readonly string[]
  /** Undefined: the files have the ids of the loaded data. */
  readonly system?: TargetSystem
  /** The files. The names are always the same, so that new files replace the former ones. */
  files(profiles: readonly PublishedProfile[]): readonly TargetFile[]
}
